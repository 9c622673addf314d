"""Rules about Python, JavaScript, PHP and shell: each finds its weakness and leaves the careful way alone."""

from __future__ import annotations

import pytest

from app.engine.safety.rules.code_scripts import JAVASCRIPT, PHP, PYTHON, SHELL
from tests.engine.safety.rules.test_code import found_in

WEAK = {
    "python-eval": ["eval(input('?'))", "exec(request.args['code'])"],
    "python-eval-variable": ["result = eval(expression)", "exec(code, {})"],
    "python-shell-format": ["os.system('ls ' + path)", "subprocess.run(f'rm {name}', shell=True)",
        "os.popen('a %s' % b)"],
    "python-shell": ["subprocess.run(command, shell=True)"],
    "python-pickle": ["pickle.load(file)", "data = pickle.loads(body)"],
    "python-yaml": ["yaml.load(text)", "yaml.load(text, Loader=yaml.Loader)"],
    "python-sql-format": ["cur.execute(f\"select * from t where id = {x}\")", "db.execute('select ' + x)",
        "c.execute(\"a %s\" % b)"],
    "python-sql-variable": ["query = f\"SELECT * FROM users WHERE name = '{name}'\"",
        "q = 'DELETE FROM t WHERE id = ' + x"],
    "python-weak-hash": ["hashlib.md5(password.encode())"],
    "python-no-tls": ["requests.get(url, verify=False)", "ssl._create_unverified_context()"],
    "python-temp": ["open('/tmp/out.txt', 'w')", "tempfile.mktemp()"],
    "python-debug": ["app.run(host='0.0.0.0', debug=True)"],
    "python-template": ["render_template_string(request.args['t'])"],
    "python-xml": ["lxml.etree.parse(path)"],
    "python-tar": ["archive.extractall(target)"],
    "python-random": ["token = ''.join(random.choice(letters))"],
    "python-ssh": ["client.set_missing_host_key_policy(paramiko.AutoAddPolicy())"],
    "js-eval": ["eval(code)", "new Function(body)()"],
    "js-timer-text": ["setTimeout('run(' + x + ')', 10)"],
    "js-inner-html": ["box.innerHTML = location.hash", "document.write(params.get('q'))"],
    "js-inner-html-variable": ["box.innerHTML = answer", "box.innerHTML = `<b>${name}</b>`"],
    "js-exec": ["exec(`ls ${dir}`)", "child_process.execSync('rm ' + name)"],
    "js-sql": ["db.query(`SELECT * FROM t WHERE id = ${id}`)", "q = \"SELECT * FROM t WHERE a = '\" + a"],
    "js-no-tls": ["new https.Agent({rejectUnauthorized: false})", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"],
    "js-weak-hash": ["crypto.createHash('md5')"],
    "js-random": ["const token = Math.random().toString(36)"],
    "js-path": ["res.sendFile(req.params.name)"],
    "js-prototype": ["_.merge(options, req.body)"],
    "js-cors": ["res.setHeader('Access-Control-Allow-Origin', '*')"],
    "php-eval": ["eval($code);"],
    "php-exec": ["system('ls ' . $dir);"],
    "php-sql": ["$db->query(\"SELECT * FROM t WHERE id = \" . $_GET['id']);",
        "$q = \"SELECT * FROM t WHERE n = '$name'\";"],
    "php-echo": ["echo $_GET['name'];", "echo 'Hello ' . $_POST['n'];"],
    "php-include": ["include($_GET['page']);"],
    "php-unserialize": ["unserialize($_COOKIE['x']);"],
    "php-weak-hash": ["md5($password)"],
    "php-no-tls": ["curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);"],
    "php-upload": ["move_uploaded_file($tmp, 'up/' . $_FILES['f']['name']);"],
    "shell-pipe": ["curl -fsSL https://x.io/install | sh", "wget -qO- x | sudo -E bash", "bash <(curl -s x)",
        "iwr x | iex"],
    "shell-chmod": ["chmod -R 777 /srv", "chmod a+rwx x"],
    "shell-delete": ["rm -rf $DIR/*", "rm -rf /"],
    "shell-no-tls": ["curl -k https://x", "curl -sSk https://x", "wget --no-check-certificate x"],
    "shell-eval": ["eval \"$command\"", "eval $x"],
    "shell-temp": ["echo x > /tmp/state"],
    "shell-password": ["mysql -u root -phunter22 db"],
    "shell-powershell": ["iex $text"],
}  # fmt: skip
CAREFUL = {
    "python": [
        "ast.literal_eval(text)", "def eval(cls, x): ...",
        "model.eval()", "subprocess.run(['ls', path])", "yaml.safe_load(text)",
        "yaml.load(text, Loader=yaml.SafeLoader)", "cur.execute('select * from t where id = ?', (x,))",
        "cur.execute('select * from t where id = %s', (x,))", "hashlib.sha256(data)", "verify=True",
        "tempfile.NamedTemporaryFile()", "archive.extractall(target, filter='data')", "json.loads(body)",
        "token = secrets.token_hex()", "re.compile('x').match(y)", "session.execute(select(User))",
        "os.system('clear')", "subprocess.run([f'rm-{name}'])",
    ],
    "javascript": [
        "box.textContent = answer", "JSON.parse(text)", "box.innerHTML = ''", "setTimeout(() => run(x), 10)",
        "/a/.exec(text)", "db.query('SELECT * FROM t WHERE id = $1', [id])", "crypto.createHash('sha256')",
        "const x = Math.random()", "evaluate(x)",
    ],
    "php": [
        "echo htmlspecialchars($_GET['name']);", "password_hash($password, PASSWORD_DEFAULT)", "$db->execute([$id]);",
        "system('ls');", "include 'header.php';", "$db->prepare('SELECT * FROM t WHERE id = ?');",
    ],
    "shell": [
        "curl -fsSLO https://x.io/install.sh", "curl -s x | jq .", "chmod 755 x", "chmod +x x", "rm -rf build/",
        "rm -rf ./dist", "eval \"$(ssh-agent)\"", "f=$(mktemp)", "mysql -u root -p db", "curl --key x https://y",
    ],
}  # fmt: skip


@pytest.mark.parametrize("rule", [*PYTHON, *JAVASCRIPT, *PHP, *SHELL], ids=lambda rule: rule.id)
def test_each_rule_finds_its_weakness(rule: object) -> None:
    for code in WEAK[rule.id]:  # type: ignore[attr-defined]
        assert rule.id in found_in(rule.id.partition("-")[0], code), code  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "code"), [(name, code) for name, some in CAREFUL.items() for code in some])
def test_careful_code_raises_no_alarm(language: str, code: str) -> None:
    assert found_in(language, code) == []
