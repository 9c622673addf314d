"""Rules about C and C++, Java, C#, Go and Rust. Weaknesses by the numbers of https://cwe.mitre.org.

Gaps between two parts of a pattern are at most 120 characters of one line.
"""

from __future__ import annotations

from app.engine.safety.rules.code_rule import Rule, rule

_SQL = r"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)[ ]"
_SQL_SAYS = "A database query is put together from values instead of parameters."
_SQL_HINTS = "SELECT INSERT UPDATE DELETE"

C: tuple[Rule, ...] = (
    rule("c-gets", 242, "error", "gets writes past the end of its buffer.", "gets(", r"(?<![\w.>])gets\("),
    rule("c-strcpy", 120, "warning", "The copy may be longer than its target.", "strcpy( strcat( wcscpy(",
         r"(?<![\w.>])(?:strcpy|strcat|wcscpy|wcscat)\([^\n;\"]{1,80},[ ]{0,4}+(?!\")"),
    rule("c-sprintf", 120, "warning", "The text may be longer than its buffer; use snprintf.", "sprintf(",
         r"(?<![\w.>])v?sprintf\("),
    rule("c-scanf", 120, "error", "%s reads past the end of its buffer; give a width.", "scanf(",
         r"(?<!\w)f?scanf\([^\n\"]{0,40}\"[^\"\n]{0,40}%s"),
    rule("c-format", 134, "error", "A value is used as a format.", "printf( syslog(",
         r"(?<!\w)(?:printf\([ ]{0,4}|fprintf\([ ]{0,4}\w{1,40},[ ]{0,4}|syslog\([ ]{0,4}\w{1,40},[ ]{0,4})"
         r"[a-z_][\w.>\[\]-]{0,60}[ ]{0,4}\)"),
    rule("c-system", 78, "warning", "The command goes through a shell.", "system( popen(",
         r"(?<![\w.>])(?:system|popen)\([ ]{0,4}+(?!\")[\w(]"),
    rule("c-temp", 377, "warning", "The name of the temporary file can be guessed.", "tmpnam mktemp tempnam",
         r"(?<!\w)(?:tmpnam|mktemp|tempnam)\("),
    rule("c-alloca", 770, "advice", "The stack may be too small for this.", "alloca(", r"(?<!\w)alloca\("),
    rule("c-rand", 330, "warning", "rand can be foreseen.", "rand(",
         r"(?i:token|password|secret|key|nonce)\w{0,20}[^\n;=]{0,20}=[^\n;]{0,60}?(?<!\w)rand\("),
    rule("c-weak-hash", 328, "advice", "MD5 and SHA-1 do not protect passwords.", "MD5 SHA1",
         r"(?<!\w)(?:MD5|SHA1)(?:_Init)?\("),
    rule("c-no-tls", 295, "error", "The server's certificate is not checked.", "SSL_VERIFY",
         r"SSL_VERIFY_NONE|CURLOPT_SSL_VERIFY(?:PEER|HOST),[ ]{0,2}(?:0|false)"),
)  # fmt: skip

JAVA: tuple[Rule, ...] = (
    rule("java-exec", 78, "error", "A command is put together from values.", "exec( ProcessBuilder(",
         r"(?:getRuntime\(\)\.exec|new ProcessBuilder)\([^\n;]{0,120}?\"[ ]{0,2}\+"),
    rule("java-sql", 89, "error", _SQL_SAYS, _SQL_HINTS,
         rf"\"{_SQL}[^\"\n;]{{0,120}}\"[ ]{{0,2}}(?:\+|\.formatted)|String\.format\([ ]{{0,4}}\"{_SQL}"),
    rule("java-deserialise", 502, "warning", "Reading serialised objects can run code.",
         "readObject readUnshared XMLDecoder",
         r"\.(?:readObject|readUnshared)\(\)|new XMLDecoder\("),
    rule("java-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords.", "MessageDigest",
         r"MessageDigest\.getInstance\([ ]{0,4}\"(?:MD5|SHA-?1)\""),
    rule("java-weak-cipher", 327, "error", "This cipher no longer protects.", "Cipher.getInstance",
         r"Cipher\.getInstance\([ ]{0,4}\"(?:DES|RC4|AES/ECB|AES\")"),
    rule("java-no-tls", 295, "error", "The server's certificate is not checked.",
         "checkServerTrusted HostnameVerifier ALLOW_ALL NoopHostname",
         r"ALLOW_ALL_HOSTNAME_VERIFIER|NoopHostnameVerifier|checkServerTrusted\([^)\n]{0,120}\)[^{\n]{0,60}\{[ ]{0,4}\}"
         r"|setHostnameVerifier\([ ]{0,4}\([^)\n]{0,40}\)[ ]{0,2}->[ ]{0,2}true"),
    rule("java-xxe", 611, "advice", "The XML parser follows entities to other files.",
         "DocumentBuilderFactory SAXParserFactory XMLInputFactory",
         r"(?:DocumentBuilderFactory|SAXParserFactory|XMLInputFactory)\.new(?:Instance|Factory)\("),
    rule("java-random", 330, "warning", "Random can be foreseen; use SecureRandom.", "Random(",
         r"(?i:token|password|secret|session|otp)\w{0,20}[ ]{0,4}=[^\n;]{0,60}?new Random\("),
    rule("java-script", 95, "warning", "Text is run as code.", ".eval(",
         r"(?i:engine|scriptEngine)\.eval\([ ]{0,4}+(?!\")"),
)  # fmt: skip

CSHARP: tuple[Rule, ...] = (
    rule("csharp-sql", 89, "error", _SQL_SAYS, _SQL_HINTS,
         rf"\$@?\"{_SQL}[^\"\n;]{{0,120}}?\{{|\"{_SQL}[^\"\n;]{{0,120}}\"[ ]{{0,2}}\+"
         rf"|string\.Format\([ ]{{0,4}}\"{_SQL}"),
    rule("csharp-exec", 78, "warning", "A command is put together from values.", "Process.Start Arguments",
         r"Process\.Start\([^\n;]{0,120}?(?:\"[ ]{0,2}\+|\$\")"
         r"|\.Arguments[ ]{0,2}=[ ]{0,2}(?:\$\"|\"[^\"\n]{0,80}\"[ ]{0,2}\+)"),
    rule("csharp-deserialise", 502, "error", "Reading serialised objects can run code.",
         "BinaryFormatter LosFormatter SoapFormatter TypeNameHandling NetDataContractSerializer",
         r"new (?:BinaryFormatter|LosFormatter|SoapFormatter|NetDataContractSerializer)\("
         r"|TypeNameHandling\.(?:All|Auto|Objects)"),
    rule("csharp-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords.", "MD5 SHA1",
         r"(?<!\w)(?:MD5|SHA1)(?:\.Create\(|CryptoServiceProvider)"),
    rule("csharp-no-tls", 295, "error", "The server's certificate is not checked.",
         "CertificateValidationCallback CertificateCustomValidation",
         r"Certificate(?:Custom)?Validation\w{0,10}[ ]{0,2}\+?="
         r"[^\n;]{0,80}?(?:=>[ ]{0,2}true|DangerousAcceptAny|return true)"),
    rule("csharp-html", 79, "warning", "Text becomes part of the page as it is.", "Html.Raw",
         r"Html\.Raw\([ ]{0,4}+(?!\")"),
    rule("csharp-random", 330, "warning", "Random can be foreseen; use RandomNumberGenerator.", "Random(",
         r"(?i:token|password|secret|otp)\w{0,20}[ ]{0,4}=[^\n;]{0,60}?new Random\("),
)  # fmt: skip

GO: tuple[Rule, ...] = (
    rule("go-exec", 78, "warning", "The command goes through a shell.", "exec.Command",
         r"exec\.Command(?:Context)?\([^\n]{0,40}?\"(?:ba)?sh\",[ ]{0,2}\"-c\","
         r"[ ]{0,2}(?:[a-zA-Z_]|fmt\.|\"[^\"\n]{0,80}\"[ ]{0,2}\+)"),
    rule("go-sql", 89, "error", _SQL_SAYS, _SQL_HINTS,
         rf"fmt\.Sprintf\([ ]{{0,4}}[\"`]{_SQL}[^\n]{{0,120}}?%[svdq]|[\"`]{_SQL}[^\"`\n]{{0,120}}[\"`][ ]{{0,2}}\+"),
    rule("go-no-tls", 295, "error", "The server's certificate is not checked.", "InsecureSkipVerify",
         r"InsecureSkipVerify:[ ]{0,4}true"),
    rule("go-weak-hash", 328, "warning", "MD5 and SHA-1 do not protect passwords.", "md5. sha1.",
         r"(?<!\w)(?:md5|sha1)\.(?:New|Sum)\("),
    rule("go-random", 330, "warning", "math/rand can be foreseen; use crypto/rand.", "rand.",
         r"(?i:token|password|secret|otp)\w{0,20}[ ]{0,4}:?=[^\n]{0,60}?rand\.(?:Intn?|Int63|Read)\("),
    rule("go-html", 79, "warning", "Text becomes part of the page as it is.", "template.HTML(",
         r"template\.(?:HTML|JS)\([ ]{0,4}+(?!\")"),
    rule("go-ssh", 295, "warning", "Any SSH server is trusted.", "InsecureIgnoreHostKey",
         r"ssh\.InsecureIgnoreHostKey\("),
    rule("go-mode", 732, "advice", "Everyone may change the file.", "0777 0o777 0666",
         r"(?:WriteFile|MkdirAll?|Chmod|OpenFile)\([^\n]{0,120}?0o?(?:777|666)\)"),
)  # fmt: skip

RUST: tuple[Rule, ...] = (
    rule("rust-unsafe", 119, "advice", "The compiler does not check memory here.", "unsafe",
         r"(?<!\w)unsafe[ ]{0,2}\{"),
    rule("rust-transmute", 843, "warning", "Bits are taken for another type.", "transmute", r"mem::transmute(?:::|\()"),
    rule("rust-exec", 78, "warning", "The command goes through a shell.", "Command::new",
         r"Command::new\(\"(?:ba)?sh\"\)[^;]{0,80}?\.arg\([ ]{0,4}(?:&?format!|&?[a-z_]{1,40}\))"),
    rule("rust-sql", 89, "error", _SQL_SAYS, _SQL_HINTS, rf"format!\([ \n]{{0,20}}r?#?\"{_SQL}[^\"\n]{{0,120}}?\{{"),
    rule("rust-no-tls", 295, "error", "The server's certificate is not checked.", "danger_accept_invalid",
         r"danger_accept_invalid_(?:certs|hostnames)\(true\)"),
    rule("rust-unchecked", 252, "advice", "Bounds or text are not checked.", "_unchecked",
         r"\.get_unchecked(?:_mut)?\(|from_utf8_unchecked\("),
)  # fmt: skip
