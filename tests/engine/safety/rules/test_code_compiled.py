"""Rules about compiled languages: each finds its weakness and leaves the careful way alone."""

from __future__ import annotations

import pytest

from app.engine.safety.rules.code_compiled import CSHARP, GO, JAVA, RUST, C
from tests.engine.safety.rules.test_code import found_in

WEAK = {
    "c-gets": ["gets(line);"],
    "c-strcpy": ["strcpy(target, argv[1]);", "strcat(buf, name);"],
    "c-sprintf": ["sprintf(buf, \"%s\", name);"],
    "c-scanf": ["scanf(\"%s\", name);"],
    "c-format": ["printf(name);", "fprintf(stderr, message);"],
    "c-system": ["system(command);"],
    "c-temp": ["tmpnam(buffer);"],
    "c-alloca": ["alloca(n);"],
    "c-rand": ["int token = rand();"],
    "c-weak-hash": ["MD5(data, n, out);"],
    "c-no-tls": ["SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, 0);", "curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);"],
    "java-exec": ["Runtime.getRuntime().exec(\"ls \" + dir);"],
    "java-sql": ["st.executeQuery(\"SELECT * FROM t WHERE id = \" + id);"],
    "java-deserialise": ["Object o = in.readObject();"],
    "java-weak-hash": ["MessageDigest.getInstance(\"MD5\")"],
    "java-weak-cipher": ["Cipher.getInstance(\"DES/CBC/PKCS5Padding\")", "Cipher.getInstance(\"AES\")"],
    "java-no-tls": ["public void checkServerTrusted(X509Certificate[] c, String a) {}", "new NoopHostnameVerifier()"],
    "java-xxe": ["DocumentBuilderFactory.newInstance()"],
    "java-random": ["String token = \"\" + new Random().nextInt();"],
    "java-script": ["engine.eval(text);"],
    "csharp-sql": ["var q = $\"SELECT * FROM t WHERE id = {id}\";", "new SqlCommand(\"SELECT * FROM t WHERE a=\" + a)"],
    "csharp-exec": ["Process.Start(\"cmd\", \"/c \" + arg);", "info.Arguments = $\"-a {x}\";"],
    "csharp-deserialise": ["new BinaryFormatter()", "TypeNameHandling = TypeNameHandling.All"],
    "csharp-weak-hash": ["MD5.Create()"],
    "csharp-no-tls": ["ServerCertificateCustomValidationCallback = (a, b, c, d) => true"],
    "csharp-html": ["@Html.Raw(comment)"],
    "csharp-random": ["var token = new Random().Next();"],
    "go-exec": ["exec.Command(\"sh\", \"-c\", cmd)"],
    "go-sql": ["db.Query(fmt.Sprintf(\"SELECT * FROM t WHERE id = %s\", id))", "q := \"SELECT * FROM t WHERE a=\" + a"],
    "go-no-tls": ["&tls.Config{InsecureSkipVerify: true}"],
    "go-weak-hash": ["md5.Sum(data)"],
    "go-random": ["token := rand.Intn(100)"],
    "go-html": ["template.HTML(comment)"],
    "go-ssh": ["ssh.InsecureIgnoreHostKey()"],
    "go-mode": ["os.WriteFile(name, data, 0777)"],
    "rust-unsafe": ["unsafe { *p }"],
    "rust-transmute": ["std::mem::transmute::<u32, f32>(x)"],
    "rust-exec": ["Command::new(\"sh\").arg(\"-c\").arg(format!(\"ls {}\", d))"],
    "rust-sql": ["let q = format!(\"SELECT * FROM t WHERE id = {}\", id);"],
    "rust-no-tls": [".danger_accept_invalid_certs(true)"],
    "rust-unchecked": ["v.get_unchecked(3)"],
}  # fmt: skip
CAREFUL = {
    "c": ["fgets(line, sizeof line, stdin);", "snprintf(b, n, \"%s\", x);", "printf(\"%s\", x);", "scanf(\"%9s\", x);",
          "strcpy(target, \"fixed\");", "int x = rand();", "system(\"clear\");", "my_gets(x);"],
    "java": ["st.setString(1, id);", "new ProcessBuilder(\"ls\", dir)", "MessageDigest.getInstance(\"SHA-256\")",
             "Cipher.getInstance(\"AES/GCM/NoPadding\")", "new SecureRandom()"],
    "csharp": ["command.Parameters.AddWithValue(\"@id\", id);", "SHA256.Create()", "Html.Encode(comment)"],
    "go": ["db.Query(\"SELECT * FROM t WHERE id = $1\", id)", "exec.Command(\"ls\", dir)", "sha256.Sum256(data)",
           "os.WriteFile(name, data, 0o600)"],
    "rust": ["sqlx::query(\"SELECT * FROM t WHERE id = $1\").bind(id)", "v.get(3)", "format!(\"{}\", x)"],
}  # fmt: skip


@pytest.mark.parametrize("rule", [*C, *JAVA, *CSHARP, *GO, *RUST], ids=lambda rule: rule.id)
def test_each_rule_finds_its_weakness(rule: object) -> None:
    for code in WEAK[rule.id]:  # type: ignore[attr-defined]
        assert rule.id in found_in(rule.id.partition("-")[0], code), code  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "code"), [(name, code) for name, some in CAREFUL.items() for code in some])
def test_careful_code_raises_no_alarm(language: str, code: str) -> None:
    assert found_in(language, code) == []
