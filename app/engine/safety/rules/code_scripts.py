"""Rules about Python, JavaScript, PHP and shell. Weaknesses by the numbers of https://cwe.mitre.org.

Gaps between two parts of a pattern are at most 120 characters of one line.
"""

from __future__ import annotations

from app.engine.safety.rules.code_rule import Rule, rule

_REQUEST = r"(?:request\.|input\(|sys\.argv|params\[|args\.get)"

PYTHON: tuple[Rule, ...] = (
    rule("python-eval", 95, "error", "Text from outside is run as code.", "eval( exec(",
         rf"(?<![\w.])(?<!def )(?:eval|exec)\([^\n]{{0,120}}?{_REQUEST}"),
    rule("python-eval-variable", 95, "warning", "Whatever the variable holds is run as code.", "eval( exec(",
         r"(?<![\w.])(?<!def )(?:eval|exec)\([ ]{0,4}[A-Za-z_][\w.]{0,60}[ ]{0,4}[,)]"),
    rule("python-shell-format", 78, "error", "A shell command is put together from values.",
         "shell=True os.system( os.popen(",
         r"(?:os\.(?:system|popen)"
         r"|(?:subprocess\.\w{1,14}|Popen)(?=\([^\n]{0,160}shell[ ]{0,2}=[ ]{0,2}True))\([ \n]{0,20}"
         r"(?:[rR]?[fF][\"'][^\n]{0,120}?\{|[\"'][^\"'\n]{0,120}[\"'][ ]{0,4}(?:%[ ]|\+|\.format))"),
    rule("python-shell", 78, "warning", "The command goes through a shell, which reads its values as commands too.",
         "shell=True",
         r"shell[ ]{0,2}=[ ]{0,2}True"),
    rule("python-pickle", 502, "warning", "Reading a pickle can run any code that is in it.",
         "pickle marshal shelve joblib dill",
         r"(?<!\w)(?:c?[pP]ickle|marshal|dill|joblib)\.loads?\(|(?<!\w)shelve\.open\("),
    rule("python-yaml", 502, "error", "yaml.load makes any object a file asks for; use yaml.safe_load.",
         "yaml.load yaml.unsafe_load",
         r"yaml\.(?:unsafe_load|full_load_all|load)\((?![^\n]{0,120}Safe)"),
    rule("python-sql-format", 89, "error", "A database query is put together from values instead of parameters.",
         "execute",
         r"\.execute(?:many|script)?\([ \n]{0,20}(?:[rR]?[fF][\"']{1,3}[^\n]{0,120}?\{"
         r"|[\"'][^\"\n]{0,120}[\"'][ ]{0,4}(?:%[ ]|\+|\.format\())"),
    rule("python-sql-variable", 89, "error", "A database query is put together from values instead of parameters.",
         "SELECT INSERT UPDATE DELETE",
         r"=[ ]{0,4}(?:[fF][\"']{1,3}(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ][^\n]{0,120}?\{"
         r"|[\"'](?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ][^\"\n]{0,120}[\"'][ ]{0,4}(?:%[ ]|\+|\.format\())"),
    rule("python-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords.", "md5 sha1",
         r"hashlib\.(?:md5|sha1)\([^\n]{0,80}?(?:pass|pwd|secret)|hashlib\.new\([\"'](?:md5|sha1)"),
    rule("python-no-tls", 295, "error", "The server's certificate is not checked.",
         "verify _create_unverified_context CERT_NONE",
         r"verify[ ]{0,2}=[ ]{0,2}False|_create_unverified_context|CERT_NONE|verify_mode[ ]{0,2}=[ ]{0,2}0"),
    rule("python-temp", 377, "warning", "The name of the temporary file can be guessed or taken by others.",
         "mktemp /tmp/",
         r"tempfile\.mktemp\(|open\([ ]{0,4}[fF]?[\"']/tmp/[\w.-]{1,80}"),
    rule("python-debug", 489, "warning", "The debugger of the server lets visitors run code.", "debug=True",
         r"\.run\([^\n]{0,80}?debug=True"),
    rule("python-template", 1336, "error", "Text from outside is run as a template.", "render_template_string",
         rf"render_template_string\([^\n]{{0,120}}?(?:{_REQUEST}|[fF][\"'])"),
    rule("python-xml", 611, "advice", "The XML parser follows entities to other files.", "etree minidom sax",
         r"(?:lxml\.etree|minidom|xml\.sax)\.parse(?:String)?\("),
    rule("python-tar", 22, "warning", "An archive can write outside the folder it is unpacked to.", "extractall",
         r"\.extractall\((?![^\n]{0,120}(?:filter|members)[ ]{0,2}=)"),
    rule("python-random", 330, "warning", "The numbers of “random” can be foreseen; use “secrets”.", "random.",
         r"(?i:token|password|secret|otp)\w{0,20}[ ]{0,4}="
         r"[^\n]{0,60}?(?<!\w)random\.(?:random|choice|choices|randint)\("),
    rule("python-ssh", 295, "warning", "Any SSH server is trusted at first sight.", "AutoAddPolicy",
         r"AutoAddPolicy"),
)  # fmt: skip

JAVASCRIPT: tuple[Rule, ...] = (
    rule("js-eval", 95, "warning", "Text is run as code.", "eval( Function(",
         r"(?<![\w.])eval\([ ]{0,4}+(?![\"'`)])|new Function\([ ]{0,4}[^\"'`)\s]|new Function\([^\n]{0,80}?\+"),
    rule("js-timer-text", 95, "warning", "A timer runs text as code.", "setTimeout( setInterval(",
         r"set(?:Timeout|Interval)\([ ]{0,4}[\"'`][^\n]{0,80}?(?:\$\{|[\"'][ ]{0,2}\+)"),
    rule("js-inner-html", 79, "error", "Text from outside becomes part of the page and can run there.",
         "innerHTML outerHTML document.write insertAdjacentHTML",
         r"(?:(?:inner|outer)HTML[ ]{0,4}\+?=|document\.write(?:ln)?\(|insertAdjacentHTML\()[^\n;]{0,120}?"
         r"(?:location|\.value\b|params|query|search|request|req\.|event\.data|input|document\.(?:URL|referrer|cookie))"),
    rule("js-inner-html-variable", 79, "warning", "What the variable holds becomes part of the page and can run there.",
         "innerHTML outerHTML dangerouslySetInnerHTML v-html",
         r"(?:inner|outer)HTML[ ]{0,4}\+?=[ ]{0,4}(?:[A-Za-z_$]|`[^`\n]{0,120}?\$\{|[\"'][^\n]{0,120}?[\"'][ ]{0,2}\+)"
         r"|dangerouslySetInnerHTML|v-html="),
    rule("js-exec", 78, "error", "A shell command is put together from values.", "exec",
         r"(?<![\w.])(?:child_process\.)?exec(?:Sync)?\("
         r"[ ]{0,4}(?:`[^`\n]{0,120}?\$\{|[\"'][^\n]{0,120}?[\"'][ ]{0,2}\+)"),
    rule("js-sql", 89, "error", "A database query is put together from values instead of parameters.",
         "SELECT INSERT UPDATE DELETE",
         r"(?:`(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ][^`\n]{0,120}?\$\{"
         r"|[\"'](?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ][^\n]{0,120}?[\"'][ ]{0,2}\+)"),
    rule("js-no-tls", 295, "error", "The server's certificate is not checked.",
         "rejectUnauthorized NODE_TLS_REJECT_UNAUTHORIZED",
         r"rejectUnauthorized[\"']?[ ]{0,2}:[ ]{0,2}false"
         r"|NODE_TLS_REJECT_UNAUTHORIZED[\"'\]]{0,2}[ ]{0,2}=[ ]{0,2}[\"']?0"),
    rule("js-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords.", "createHash",
         r"createHash\([\"'](?:md5|sha1)[\"']\)"),
    rule("js-random", 330, "warning", "Math.random can be foreseen; use crypto.", "Math.random",
         r"(?i:token|password|secret|session|otp)\w{0,20}[ ]{0,4}=[^\n;]{0,60}?Math\.random\("),
    rule("js-path", 22, "warning", "A path from outside can lead to any file.", "sendFile readFile createReadStream",
         r"(?:sendFile|readFile(?:Sync)?|createReadStream)\([^\n;]{0,80}?req\.(?:params|query|body)"),
    rule("js-prototype", 1321, "advice", "Merging objects from outside can change all objects.", "merge(",
         r"(?:_|lodash)\.(?:merge|defaultsDeep)\([^\n;]{0,80}?req\."),
    rule("js-cors", 942, "advice", "Pages of all origins may read the answers.", "Access-Control-Allow-Origin",
         r"Access-Control-Allow-Origin[\"'][ ]{0,2}[,:][ ]{0,2}[\"']\*"),
)  # fmt: skip

_PHP_INPUT = r"\$_(?:GET|POST|REQUEST|COOKIE|SERVER)"
PHP: tuple[Rule, ...] = (
    rule("php-eval", 95, "error", "Text is run as code.", "eval( assert( create_function",
         r"(?<![\w>])(?:eval|assert)\([^\n;]{0,120}?\$|create_function\("),
    rule("php-exec", 78, "error", "A shell command is put together from values.", "exec system passthru popen",
         r"(?<![\w>$])(?:shell_exec|exec|system|passthru|popen|proc_open)\([^\n;]{0,120}?\$(?![^\n;]{0,60}escapeshell)"),
    rule("php-sql", 89, "error", "A database query is put together from values instead of parameters.",
         "query SELECT INSERT UPDATE DELETE",
         rf"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ]"
         rf"[^\n;]{{0,120}}?(?:{_PHP_INPUT}|[\"'][ ]{{0,2}}\.[ ]{{0,2}}\$|'\$|=[ ]{{0,2}}\$\w)"),
    rule("php-echo", 79, "error", "Text from outside becomes part of the page and can run there.", "$_",
         rf"(?:echo|print)[ (](?![^\n;]{{0,60}}(?:htmlspecialchars|htmlentities|intval))[^\n;]{{0,60}}?{_PHP_INPUT}"),
    rule("php-include", 98, "error", "A path from outside is included as code.", "include require",
         rf"(?:include|require)(?:_once)?[ (][^\n;]{{0,80}}?{_PHP_INPUT}"),
    rule("php-unserialize", 502, "error", "Reading serialised objects can run code.", "unserialize(",
         r"(?<!\w)unserialize\([^\n;]{0,80}?\$"),
    rule("php-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords; use password_hash.", "md5( sha1(",
         r"(?<!\w)(?:md5|sha1)\([^\n;]{0,60}?(?i:pass|pwd|secret)"),
    rule("php-no-tls", 295, "error", "The server's certificate is not checked.", "CURLOPT_SSL_VERIFY verify_peer",
         r"CURLOPT_SSL_VERIFY(?:PEER|HOST)[ ]{0,2},[ ]{0,2}(?:false|0)|verify_peer[\"'][ ]{0,2}=>[ ]{0,2}false"),
    rule("php-upload", 434, "warning", "A file keeps the name its sender gave it.", "move_uploaded_file",
         r"move_uploaded_file\([^\n;]{0,120}?\[[\"']name[\"']\]"),
)  # fmt: skip

SHELL: tuple[Rule, ...] = (
    rule("shell-pipe", 494, "error", "A script from the network is run unseen.", "curl wget iwr",
         r"(?<!\w)(?:curl|wget)[ ][^\n|]{1,200}\|[ ]{0,4}(?:sudo[ ](?:-\w{1,3}[ ])?)?(?:ba|z|k|da)?sh(?!\w)"
         r"|(?:ba|z)?sh[ ](?:-c[ ]\"?)?[<$]\([ ]{0,2}(?:curl|wget)"
         r"|(?:iwr|Invoke-WebRequest)[ ][^\n|]{1,200}\|[ ]{0,4}(?:iex|Invoke-Expression)"),
    rule("shell-chmod", 732, "warning", "Everyone may change the file.", "chmod",
         r"chmod[ ](?:-\w{1,4}[ ])?(?:0?777|a\+rwx|o\+w)"),
    rule("shell-delete", 73, "warning", "With an empty variable this deletes everything.", "rm ",
         r"rm[ ]-\w{0,3}[rR]\w{0,3}[ ](?:--[ ])?\"?(?:\$\{?\w{1,40}\}?\"?/(?:\*|[ \n]|$)|/[ \n*]|/$)"),
    rule("shell-no-tls", 295, "error", "The server's certificate is not checked.", "curl wget git npm",
         r"curl[ ](?:[^\n|]{0,120}[ ])?(?:-\w{0,6}k\w{0,4}|--insecure)(?![\w-])|--no-check-certificate"
         r"|http\.sslVerify[ =]false|strict-ssl[ ]false"),
    rule("shell-eval", 95, "warning", "What the variable holds is run as a command.", "eval",
         r"(?<![\w-])eval[ ][\"']?\$(?!\()"),
    rule("shell-temp", 377, "advice", "The name of the temporary file can be guessed; use mktemp.", "/tmp/",
         r">[ ]{0,2}/tmp/[\w.-]{1,60}"),
    rule("shell-password", 214, "warning", "The password is visible in the list of processes.", "-p --password sshpass",
         r"(?<!\w)(?:mysql|mysqldump|psql)[ ][^\n]{0,80}?"
         r"(?:-p[^\s$\"-][^\s]{3,40}|--password=[^\s$]{4,40})|sshpass[ ]-p[ ]"),
    rule("shell-powershell", 95, "warning", "Text is run as a command.", "Invoke-Expression iex",
         r"(?:Invoke-Expression|(?<!\w)iex)[ ]\(?\$"),
)  # fmt: skip
