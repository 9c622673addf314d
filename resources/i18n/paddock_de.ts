<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>KeptBox</name>
    <message>
        <source>Delete what programs keep …</source>
        <translation>Gespeichertes von Programmen löschen …</translation>
    </message>
    <message>
        <source>Agents, conversations and answers of programs; your chats stay</source>
        <translation>Agenten, Unterhaltungen und Antworten von Programmen; deine Chats bleiben</translation>
    </message>
    <message>
        <source>Programs that come back to it will be told that it is gone. Your chats and memory banks stay.</source>
        <translation>Programme, die darauf zurückkommen, erfahren, dass es gelöscht ist. Deine Chats und Wissensbanken bleiben.</translation>
    </message>
    <message>
        <source>Delete {kept} for good?</source>
        <translation>{kept} endgültig löschen?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Nothing is kept for other programs.</source>
        <translation>Für andere Programme ist nichts gespeichert.</translation>
    </message>
    <message>
        <source>Kept for other programs: {kept}.</source>
        <translation>Für andere Programme gespeichert: {kept}.</translation>
    </message>
    <message>
        <source>{kept} deleted.</source>
        <translation>{kept} gelöscht.</translation>
    </message>
</context>
<context>
    <name>AddressDialog</name>
    <message>
        <source>Add a web page</source>
        <translation>Webseite hinzufügen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Paddock will fetch this address once. Its operator sees the request; nothing else is sent.</source>
        <translation>Paddock ruft diese Adresse ein Mal ab. Ihr Betreiber sieht den Abruf; sonst wird nichts verschickt.</translation>
    </message>
    <message>
        <source>Fetch once</source>
        <translation>Ein Mal abrufen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>Von {host}</translation>
    </message>
</context>
<context>
    <name>AnswerActions</name>
    <message>
        <source>Copy answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Neu antworten</translation>
    </message>
    <message>
        <source>Previous branch</source>
        <translation>Vorheriger Zweig</translation>
    </message>
    <message>
        <source>Next branch</source>
        <translation>Nächster Zweig</translation>
    </message>
    <message>
        <source>Details of this answer</source>
        <translation>Einzelheiten dieser Antwort</translation>
    </message>
    <message>
        <source>Branch {number} of {count}</source>
        <translation>Zweig {number} von {count}</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Thinking …</source>
        <translation>Denkt nach …</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
    <message numerus="yes">
        <source>Show the whole answer (%n character(s))</source>
        <translation>
            <numerusform>Ganze Antwort zeigen (%n Zeichen)</numerusform>
            <numerusform>Ganze Antwort zeigen (%n Zeichen)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ApiPage</name>
    <message>
        <source>Local API</source>
        <translation>Lokale API</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Nothing listens now</source>
        <translation>Zurzeit lauscht nichts</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>&amp;Local API</source>
        <translation>&amp;Lokale API</translation>
    </message>
    <message>
        <source>Listening at {url}</source>
        <translation>Lauscht auf {url}</translation>
    </message>
    <message>
        <source>Off: {reason}</source>
        <translation>Aus: {reason}</translation>
    </message>
    <message>
        <source>it has not started yet</source>
        <translation>noch nicht gestartet</translation>
    </message>
    <message>
        <source>Other programs cannot reach Paddock. Chats in this window are not affected.</source>
        <translation>Andere Programme erreichen Paddock nicht. Chats in diesem Fenster sind davon nicht betroffen.</translation>
    </message>
    <message>
        <source>Programs on this computer that send the key can use its models. Nothing outside can reach it.</source>
        <translation>Programme auf diesem Computer, die den Schlüssel senden, können die Modelle benutzen. Von außen ist nichts erreichbar.</translation>
    </message>
    <message>
        <source>Every program on this computer can use its models without a key. Nothing outside can reach it.</source>
        <translation>Jedes Programm auf diesem Computer kann die Modelle ohne Schlüssel benutzen. Von außen ist nichts erreichbar.</translation>
    </message>
    <message>
        <source>Renew key</source>
        <translation>Schlüssel erneuern</translation>
    </message>
    <message>
        <source>The old key stops working at once</source>
        <translation>Der alte Schlüssel gilt sofort nicht mehr</translation>
    </message>
    <message>
        <source>Open the API reference</source>
        <translation>API-Referenz öffnen</translation>
    </message>
    <message>
        <source>Who may call</source>
        <translation>Wer aufrufen darf</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>They read the key from the environment variable {name}, so that it stands in no file.</source>
        <translation>Sie lesen den Schlüssel aus der Umgebungsvariablen {name}, damit er in keiner Datei steht.</translation>
    </message>
    <message>
        <source>The key was renewed; the old one stopped working.</source>
        <translation>Der Schlüssel wurde erneuert; der alte gilt nicht mehr.</translation>
    </message>
    <message>
        <source>Give the new one to the programs that call.</source>
        <translation>Den neuen bitte in den aufrufenden Programmen eintragen.</translation>
    </message>
    <message>
        <source>What programs keep</source>
        <translation>Was Programme speichern</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Something went wrong in Paddock.</source>
        <translation>In Paddock ist etwas schiefgegangen.</translation>
    </message>
    <message>
        <source>Your chats are safe. The details help when you report it.</source>
        <translation>Deine Chats sind sicher. Die Einzelheiten helfen, wenn du es meldest.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
</context>
<context>
    <name>AttachmentTray</name>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>Adding files …</source>
        <translation>Dateien werden hinzugefügt …</translation>
    </message>
    <message>
        <source>{name} is still being read …</source>
        <translation>{name} wird noch gelesen …</translation>
    </message>
    <message>
        <source>Some files could not be attached.</source>
        <translation>Einige Dateien ließen sich nicht anhängen.</translation>
    </message>
</context>
<context>
    <name>BankActions</name>
    <message>
        <source>Rename and describe …</source>
        <translation>Umbenennen und beschreiben …</translation>
    </message>
    <message>
        <source>Change embedding model …</source>
        <translation>Einbettungsmodell wechseln …</translation>
    </message>
    <message>
        <source>Export as one file …</source>
        <translation>Als eine Datei exportieren …</translation>
    </message>
    <message>
        <source>Check and mend</source>
        <translation>Prüfen und reparieren</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Verdichten</translation>
    </message>
    <message>
        <source>Rewrite the bank so that nothing deleted stays on disk</source>
        <translation>Schreibt die Bank neu, damit nichts Gelöschtes auf der Platte bleibt</translation>
    </message>
    <message>
        <source>Delete bank …</source>
        <translation>Bank löschen …</translation>
    </message>
    <message>
        <source>Import bank …</source>
        <translation>Bank importieren …</translation>
    </message>
    <message>
        <source>Delete “{name}”?</source>
        <translation>„{name}“ löschen?</translation>
    </message>
    <message>
        <source>{facts} are deleted for good with their index. The files they came from stay where they are.</source>
        <translation>{facts} werden mit ihrem Index endgültig gelöscht. Die Dateien, aus denen sie stammen, bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export bank</source>
        <translation>Bank exportieren</translation>
    </message>
    <message>
        <source>“{name}” was exported to {file}.</source>
        <translation>„{name}“ wurde nach {file} exportiert.</translation>
    </message>
    <message>
        <source>Import bank</source>
        <translation>Bank importieren</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>“{name}” was imported.</source>
        <translation>„{name}“ wurde importiert.</translation>
    </message>
    <message>
        <source>“{name}” was mended.</source>
        <translation>„{name}“ wurde repariert.</translation>
    </message>
    <message>
        <source>“{name}” is in order.</source>
        <translation>„{name}“ ist in Ordnung.</translation>
    </message>
    <message>
        <source>“{name}” was compacted.</source>
        <translation>„{name}“ wurde verdichtet.</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>„{name}“ wurde gelöscht.</translation>
    </message>
    <message>
        <source>{size} came free.</source>
        <translation>{size} wurden frei.</translation>
    </message>
</context>
<context>
    <name>BankCard</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Progress of {name}</source>
        <translation>Fortschritt von {name}</translation>
    </message>
    <message>
        <source>More for {name}</source>
        <translation>Mehr zu {name}</translation>
    </message>
</context>
<context>
    <name>BankHead</name>
    <message>
        <source>Progress of reading</source>
        <translation>Fortschritt beim Lesen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
</context>
<context>
    <name>BankTicks</name>
    <message>
        <source>There is no bank yet.</source>
        <translation>Es gibt noch keine Bank.</translation>
    </message>
    <message>
        <source>Make a memory bank</source>
        <translation>Wissensbank anlegen</translation>
    </message>
</context>
<context>
    <name>BankView</name>
    <message>
        <source>Add files</source>
        <translation>Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Add files …</source>
        <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
        <source>Add a folder …</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Paste text …</source>
        <translation>Text einfügen …</translation>
    </message>
    <message>
        <source>Add a web page …</source>
        <translation>Webseite hinzufügen …</translation>
    </message>
    <message>
        <source>Pause reading</source>
        <translation>Lesen anhalten</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Weiterlesen</translation>
    </message>
    <message>
        <source>Stop reading all</source>
        <translation>Alles Lesen abbrechen</translation>
    </message>
    <message>
        <source>Try all failed again</source>
        <translation>Alle fehlgeschlagenen erneut versuchen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>“{name}” was added.</source>
        <translation>„{name}“ wurde hinzugefügt.</translation>
    </message>
</context>
<context>
    <name>BanksView</name>
    <message>
        <source>Banks hold your documents for chats to look things up in. They never leave this computer.</source>
        <translation>In Banken liegen deine Dokumente, damit Chats darin nachschlagen. Sie verlassen diesen Computer nie.</translation>
    </message>
    <message>
        <source>Memory banks</source>
        <translation>Wissensbanken</translation>
    </message>
    <message>
        <source>Give Paddock documents to answer from: drop files or folders here, or make an empty bank.</source>
        <translation>Gib Paddock Dokumente, aus denen es antwortet: Lege Dateien oder Ordner hier ab oder lege eine leere Bank an.</translation>
    </message>
    <message>
        <source>New bank</source>
        <translation>Neue Bank</translation>
    </message>
</context>
<context>
    <name>BlockedCard</name>
    <message>
        <source>Your words are kept. Edit them and ask again.</source>
        <translation>Deine Worte sind noch da. Ändere sie und frag erneut.</translation>
    </message>
    <message>
        <source>Edit message</source>
        <translation>Nachricht ändern</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>Safety policy</source>
        <translation>Sicherheitsregeln</translation>
    </message>
    <message>
        <source>What the shields said</source>
        <translation>Was die Prüfer sagten</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>Small and quick, good for summaries and rewriting; answers on almost any machine.</source>
        <translation>Klein und flink, gut für Zusammenfassungen und Umformulierungen; läuft fast überall.</translation>
    </message>
    <message>
        <source>The everyday choice for a laptop: clear answers, tool calls, eight languages.</source>
        <translation>Die alltägliche Wahl für ein Notebook: klare Antworten, Werkzeugaufrufe, acht Sprachen.</translation>
    </message>
    <message>
        <source>A strong all-rounder with tool use, for machines with 8 GB free or a GPU.</source>
        <translation>Ein starker Allrounder mit Werkzeugnutzung, für Rechner mit 8 GB freiem Speicher oder GPU.</translation>
    </message>
    <message>
        <source>The best open Llama 3 model for text; needs a workstation.</source>
        <translation>Das beste offene Llama-3-Modell für Text; braucht eine Workstation.</translation>
    </message>
    <message>
        <source>Judges whether messages are safe; small enough to run beside a chat model.</source>
        <translation>Beurteilt, ob Nachrichten unbedenklich sind; klein genug, um neben einem Chatmodell zu laufen.</translation>
    </message>
    <message>
        <source>Judges whether messages are safe, in eight languages and for tool use.</source>
        <translation>Beurteilt, ob Nachrichten unbedenklich sind, in acht Sprachen und für Werkzeugnutzung.</translation>
    </message>
    <message>
        <source>Tiny and fast, for trying things out on old machines.</source>
        <translation>Winzig und schnell, zum Ausprobieren auf alten Rechnern.</translation>
    </message>
    <message>
        <source>A small model under a free licence, better than its size suggests in English.</source>
        <translation>Ein kleines Modell unter freier Lizenz, auf Englisch besser, als seine Größe erwarten lässt.</translation>
    </message>
    <message>
        <source>An early small Llama under a free licence; quick, with a short memory.</source>
        <translation>Ein frühes kleines Llama unter freier Lizenz; flink, mit kurzem Gedächtnis.</translation>
    </message>
    <message>
        <source>Llama 3.1 8B taught to think step by step; slower answers, better at mathematics.</source>
        <translation>Llama 3.1 8B, das schrittweise denkt; langsamere Antworten, besser in Mathematik.</translation>
    </message>
</context>
<context>
    <name>CatalogueView</name>
    <message>
        <source>Models of the Llama family that run well here. They come from the hub and stay on this computer.</source>
        <translation>Modelle der Llama-Familie, die hier gut laufen. Sie kommen vom Hub und bleiben auf diesem Computer.</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>Looking at the memory of this computer …</source>
        <translation>Der Speicher dieses Computers wird angesehen …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>Violent Crimes</source>
        <translation>Gewaltverbrechen</translation>
    </message>
    <message>
        <source>Murder, assault, kidnapping, terror, cruelty to animals.</source>
        <translation>Mord, Körperverletzung, Entführung, Terror, Tierquälerei.</translation>
    </message>
    <message>
        <source>Non-Violent Crimes</source>
        <translation>Gewaltlose Verbrechen</translation>
    </message>
    <message>
        <source>Fraud, theft, drugs, weapons deals, hacking.</source>
        <translation>Betrug, Diebstahl, Drogen, Waffenhandel, Hacken.</translation>
    </message>
    <message>
        <source>Sex-Related Crimes</source>
        <translation>Sexualverbrechen</translation>
    </message>
    <message>
        <source>Sexual assault, harassment, trafficking, prostitution.</source>
        <translation>Sexuelle Gewalt, Belästigung, Menschenhandel, Prostitution.</translation>
    </message>
    <message>
        <source>Child Sexual Exploitation</source>
        <translation>Sexuelle Ausbeutung von Kindern</translation>
    </message>
    <message>
        <source>Any sexual abuse of children.</source>
        <translation>Jeder sexuelle Missbrauch von Kindern.</translation>
    </message>
    <message>
        <source>Defamation</source>
        <translation>Verleumdung</translation>
    </message>
    <message>
        <source>False claims that harm a living person&apos;s name.</source>
        <translation>Falsche Behauptungen, die dem Ruf eines lebenden Menschen schaden.</translation>
    </message>
    <message>
        <source>Specialized Advice</source>
        <translation>Fachlicher Rat</translation>
    </message>
    <message>
        <source>Financial, medical or legal advice; dangerous things called safe.</source>
        <translation>Finanz-, Gesundheits- oder Rechtsrat; Gefährliches, das harmlos genannt wird.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Private facts about people that could harm them.</source>
        <translation>Private Angaben über Menschen, die ihnen schaden können.</translation>
    </message>
    <message>
        <source>Intellectual Property</source>
        <translation>Geistiges Eigentum</translation>
    </message>
    <message>
        <source>Copying what belongs to somebody else.</source>
        <translation>Kopieren, was anderen gehört.</translation>
    </message>
    <message>
        <source>Indiscriminate Weapons</source>
        <translation>Massenvernichtungswaffen</translation>
    </message>
    <message>
        <source>Chemical, biological, nuclear and explosive weapons.</source>
        <translation>Chemische, biologische, atomare und explosive Waffen.</translation>
    </message>
    <message>
        <source>Hate</source>
        <translation>Hass</translation>
    </message>
    <message>
        <source>Demeaning people for what they are.</source>
        <translation>Menschen herabsetzen für das, was sie sind.</translation>
    </message>
    <message>
        <source>Suicide &amp; Self-Harm</source>
        <translation>Suizid und Selbstverletzung</translation>
    </message>
    <message>
        <source>Encouraging suicide, self-injury or eating disorders.</source>
        <translation>Ermutigung zu Suizid, Selbstverletzung oder Essstörungen.</translation>
    </message>
    <message>
        <source>Sexual Content</source>
        <translation>Sexuelle Inhalte</translation>
    </message>
    <message>
        <source>Erotic texts.</source>
        <translation>Erotische Texte.</translation>
    </message>
    <message>
        <source>Elections</source>
        <translation>Wahlen</translation>
    </message>
    <message>
        <source>False facts about when, where and how to vote.</source>
        <translation>Falsche Angaben, wann, wo und wie gewählt wird.</translation>
    </message>
    <message>
        <source>Code Interpreter Abuse</source>
        <translation>Missbrauch der Code-Ausführung</translation>
    </message>
    <message>
        <source>Attacks through code that the model runs.</source>
        <translation>Angriffe durch Code, den das Modell ausführt.</translation>
    </message>
    <message>
        <source>Changed reading order</source>
        <translation>Geänderte Leserichtung</translation>
    </message>
    <message>
        <source>Hidden text</source>
        <translation>Versteckter Text</translation>
    </message>
    <message>
        <source>Invisible characters</source>
        <translation>Unsichtbare Zeichen</translation>
    </message>
    <message>
        <source>Bank account (IBAN)</source>
        <translation>Bankkonto (IBAN)</translation>
    </message>
    <message>
        <source>E-mail address</source>
        <translation>E-Mail-Adresse</translation>
    </message>
    <message>
        <source>French social security number</source>
        <translation>Französische Sozialversicherungsnummer</translation>
    </message>
    <message>
        <source>German tax id</source>
        <translation>Deutsche Steuer-ID</translation>
    </message>
    <message>
        <source>Payment card</source>
        <translation>Zahlungskarte</translation>
    </message>
    <message>
        <source>Phone number</source>
        <translation>Telefonnummer</translation>
    </message>
    <message>
        <source>Spanish identity number</source>
        <translation>Spanische Ausweisnummer</translation>
    </message>
    <message>
        <source>US social security number</source>
        <translation>US-Sozialversicherungsnummer</translation>
    </message>
    <message>
        <source>Attempt to override instructions</source>
        <translation>Versuch, Anweisungen zu umgehen</translation>
    </message>
    <message>
        <source>AWS access key</source>
        <translation>AWS-Zugangsschlüssel</translation>
    </message>
    <message>
        <source>AWS secret key</source>
        <translation>Geheimer AWS-Schlüssel</translation>
    </message>
    <message>
        <source>Anthropic key</source>
        <translation>Anthropic-Schlüssel</translation>
    </message>
    <message>
        <source>Azure storage key</source>
        <translation>Azure-Speicherschlüssel</translation>
    </message>
    <message>
        <source>DigitalOcean token</source>
        <translation>DigitalOcean-Token</translation>
    </message>
    <message>
        <source>GitHub token</source>
        <translation>GitHub-Token</translation>
    </message>
    <message>
        <source>GitLab token</source>
        <translation>GitLab-Token</translation>
    </message>
    <message>
        <source>Google API key</source>
        <translation>Google-API-Schlüssel</translation>
    </message>
    <message>
        <source>Google client secret</source>
        <translation>Google-Client-Geheimnis</translation>
    </message>
    <message>
        <source>Hugging Face token</source>
        <translation>Hugging-Face-Token</translation>
    </message>
    <message>
        <source>OpenAI key</source>
        <translation>OpenAI-Schlüssel</translation>
    </message>
    <message>
        <source>Password in an address</source>
        <translation>Passwort in einer Adresse</translation>
    </message>
    <message>
        <source>Password or key</source>
        <translation>Passwort oder Schlüssel</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Privater Schlüssel</translation>
    </message>
    <message>
        <source>PyPI token</source>
        <translation>PyPI-Token</translation>
    </message>
    <message>
        <source>SendGrid key</source>
        <translation>SendGrid-Schlüssel</translation>
    </message>
    <message>
        <source>Signed token (JWT)</source>
        <translation>Signiertes Token (JWT)</translation>
    </message>
    <message>
        <source>Slack token</source>
        <translation>Slack-Token</translation>
    </message>
    <message>
        <source>Slack webhook</source>
        <translation>Slack-Webhook</translation>
    </message>
    <message>
        <source>Stripe key</source>
        <translation>Stripe-Schlüssel</translation>
    </message>
    <message>
        <source>Stripe webhook secret</source>
        <translation>Stripe-Webhook-Geheimnis</translation>
    </message>
    <message>
        <source>npm token</source>
        <translation>npm-Token</translation>
    </message>
    <message>
        <source>%s reads past the end of its buffer; give a width.</source>
        <translation>%s liest über das Ende seines Puffers hinaus; gib eine Breite an.</translation>
    </message>
    <message>
        <source>A command is put together from values.</source>
        <translation>Ein Befehl wird aus Werten zusammengesetzt.</translation>
    </message>
    <message>
        <source>A database query is put together from values instead of parameters.</source>
        <translation>Eine Datenbankabfrage wird aus Werten statt aus Parametern zusammengesetzt.</translation>
    </message>
    <message>
        <source>A file keeps the name its sender gave it.</source>
        <translation>Eine Datei behält den Namen, den ihr Absender ihr gab.</translation>
    </message>
    <message>
        <source>A path from outside can lead to any file.</source>
        <translation>Ein Pfad von außen kann zu jeder Datei führen.</translation>
    </message>
    <message>
        <source>A path from outside is included as code.</source>
        <translation>Ein Pfad von außen wird als Code eingebunden.</translation>
    </message>
    <message>
        <source>A script from the network is run unseen.</source>
        <translation>Ein Skript aus dem Netz wird ungesehen ausgeführt.</translation>
    </message>
    <message>
        <source>A shell command is put together from values.</source>
        <translation>Ein Shell-Befehl wird aus Werten zusammengesetzt.</translation>
    </message>
    <message>
        <source>A timer runs text as code.</source>
        <translation>Ein Zeitgeber führt Text als Code aus.</translation>
    </message>
    <message>
        <source>A value is used as a format.</source>
        <translation>Ein Wert wird als Format verwendet.</translation>
    </message>
    <message>
        <source>An archive can write outside the folder it is unpacked to.</source>
        <translation>Ein Archiv kann außerhalb des Ordners schreiben, in den es entpackt wird.</translation>
    </message>
    <message>
        <source>Any SSH server is trusted at first sight.</source>
        <translation>Jedem SSH-Server wird auf den ersten Blick vertraut.</translation>
    </message>
    <message>
        <source>Any SSH server is trusted.</source>
        <translation>Jedem SSH-Server wird vertraut.</translation>
    </message>
    <message>
        <source>Bits are taken for another type.</source>
        <translation>Bits werden als ein anderer Typ gelesen.</translation>
    </message>
    <message>
        <source>Bounds or text are not checked.</source>
        <translation>Grenzen oder Text werden nicht geprüft.</translation>
    </message>
    <message>
        <source>Everyone may change the file.</source>
        <translation>Alle dürfen die Datei ändern.</translation>
    </message>
    <message>
        <source>MD5 and SHA-1 do not protect passwords.</source>
        <translation>MD5 und SHA-1 schützen Passwörter nicht.</translation>
    </message>
    <message>
        <source>MD5 and SHA-1 do not protect passwords; use password_hash.</source>
        <translation>MD5 und SHA-1 schützen Passwörter nicht; nimm password_hash.</translation>
    </message>
    <message>
        <source>Math.random can be foreseen; use crypto.</source>
        <translation>Math.random ist vorhersehbar; nimm crypto.</translation>
    </message>
    <message>
        <source>Merging objects from outside can change all objects.</source>
        <translation>Objekte von außen einzumischen kann alle Objekte ändern.</translation>
    </message>
    <message>
        <source>Pages of all origins may read the answers.</source>
        <translation>Seiten jeder Herkunft dürfen die Antworten lesen.</translation>
    </message>
    <message>
        <source>Random can be foreseen; use RandomNumberGenerator.</source>
        <translation>Random ist vorhersehbar; nimm RandomNumberGenerator.</translation>
    </message>
    <message>
        <source>Random can be foreseen; use SecureRandom.</source>
        <translation>Random ist vorhersehbar; nimm SecureRandom.</translation>
    </message>
    <message>
        <source>Reading a pickle can run any code that is in it.</source>
        <translation>Ein Pickle zu lesen kann beliebigen Code darin ausführen.</translation>
    </message>
    <message>
        <source>Reading serialised objects can run code.</source>
        <translation>Serialisierte Objekte zu lesen kann Code ausführen.</translation>
    </message>
    <message>
        <source>Text becomes part of the page as it is.</source>
        <translation>Text wird unverändert Teil der Seite.</translation>
    </message>
    <message>
        <source>Text from outside becomes part of the page and can run there.</source>
        <translation>Text von außen wird Teil der Seite und kann dort ausgeführt werden.</translation>
    </message>
    <message>
        <source>Text from outside is run as a template.</source>
        <translation>Text von außen wird als Vorlage ausgeführt.</translation>
    </message>
    <message>
        <source>Text from outside is run as code.</source>
        <translation>Text von außen wird als Code ausgeführt.</translation>
    </message>
    <message>
        <source>Text is run as a command.</source>
        <translation>Text wird als Befehl ausgeführt.</translation>
    </message>
    <message>
        <source>Text is run as code.</source>
        <translation>Text wird als Code ausgeführt.</translation>
    </message>
    <message>
        <source>The XML parser follows entities to other files.</source>
        <translation>Der XML-Leser folgt Entitäten in andere Dateien.</translation>
    </message>
    <message>
        <source>The command goes through a shell, which reads its values as commands too.</source>
        <translation>Der Befehl geht durch eine Shell, die auch seine Werte als Befehle liest.</translation>
    </message>
    <message>
        <source>The command goes through a shell.</source>
        <translation>Der Befehl geht durch eine Shell.</translation>
    </message>
    <message>
        <source>The compiler does not check memory here.</source>
        <translation>Der Compiler prüft den Speicher hier nicht.</translation>
    </message>
    <message>
        <source>The copy may be longer than its target.</source>
        <translation>Die Kopie kann länger sein als ihr Ziel.</translation>
    </message>
    <message>
        <source>The debugger of the server lets visitors run code.</source>
        <translation>Der Debugger des Servers lässt Besucher Code ausführen.</translation>
    </message>
    <message>
        <source>The name of the temporary file can be guessed or taken by others.</source>
        <translation>Der Name der temporären Datei lässt sich erraten oder von anderen belegen.</translation>
    </message>
    <message>
        <source>The name of the temporary file can be guessed.</source>
        <translation>Der Name der temporären Datei lässt sich erraten.</translation>
    </message>
    <message>
        <source>The name of the temporary file can be guessed; use mktemp.</source>
        <translation>Der Name der temporären Datei lässt sich erraten; nimm mktemp.</translation>
    </message>
    <message>
        <source>The numbers of “random” can be foreseen; use “secrets”.</source>
        <translation>Die Zahlen von „random“ sind vorhersehbar; nimm „secrets“.</translation>
    </message>
    <message>
        <source>The password is visible in the list of processes.</source>
        <translation>Das Passwort ist in der Liste der Prozesse sichtbar.</translation>
    </message>
    <message>
        <source>The server's certificate is not checked.</source>
        <translation>Das Zertifikat des Servers wird nicht geprüft.</translation>
    </message>
    <message>
        <source>The stack may be too small for this.</source>
        <translation>Der Stapel kann dafür zu klein sein.</translation>
    </message>
    <message>
        <source>The text may be longer than its buffer; use snprintf.</source>
        <translation>Der Text kann länger sein als sein Puffer; nimm snprintf.</translation>
    </message>
    <message>
        <source>This cipher no longer protects.</source>
        <translation>Diese Verschlüsselung schützt nicht mehr.</translation>
    </message>
    <message>
        <source>What the variable holds becomes part of the page and can run there.</source>
        <translation>Was die Variable enthält, wird Teil der Seite und kann dort ausgeführt werden.</translation>
    </message>
    <message>
        <source>What the variable holds is run as a command.</source>
        <translation>Was die Variable enthält, wird als Befehl ausgeführt.</translation>
    </message>
    <message>
        <source>Whatever the variable holds is run as code.</source>
        <translation>Was immer die Variable enthält, wird als Code ausgeführt.</translation>
    </message>
    <message>
        <source>With an empty variable this deletes everything.</source>
        <translation>Mit einer leeren Variable löscht das alles.</translation>
    </message>
    <message>
        <source>gets writes past the end of its buffer.</source>
        <translation>gets schreibt über das Ende seines Puffers hinaus.</translation>
    </message>
    <message>
        <source>math/rand can be foreseen; use crypto/rand.</source>
        <translation>math/rand ist vorhersehbar; nimm crypto/rand.</translation>
    </message>
    <message>
        <source>rand can be foreseen.</source>
        <translation>rand ist vorhersehbar.</translation>
    </message>
    <message>
        <source>yaml.load makes any object a file asks for; use yaml.safe_load.</source>
        <translation>yaml.load erzeugt jedes Objekt, das eine Datei verlangt; nimm yaml.safe_load.</translation>
    </message>
</context>
<context>
    <name>CategoriesView</name>
    <message>
        <source>Add a category …</source>
        <translation>Kategorie hinzufügen …</translation>
    </message>
    <message>
        <source>What Llama Guard looks for. The slider says how sure it must be before it speaks up.</source>
        <translation>Wonach Llama Guard sucht. Der Regler sagt, wie sicher es sein muss, bevor es sich meldet.</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Kategorien</translation>
    </message>
    <message>
        <source>Categories of your own. A guard follows them best where they are close to one of its own categories; try them in the test box.</source>
        <translation>Was du selbst festlegst. Ein Wächter folgt dem am besten, wo es einer seiner eigenen Kategorien nahe ist; probiere es im Testfeld aus.</translation>
    </message>
    <message>
        <source>Your own categories</source>
        <translation>Eigene Kategorien</translation>
    </message>
    <message>
        <source>How careful in all categories</source>
        <translation>Wie streng in allen Kategorien</translation>
    </message>
    <message>
        <source>As set below</source>
        <translation>Wie unten</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>{name} ändern</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>“{name}” removed.</source>
        <translation>„{name}“ entfernt.</translation>
    </message>
    <message>
        <source>All categories: {words}.</source>
        <translation>Alle Kategorien: {words}.</translation>
    </message>
</context>
<context>
    <name>CategoryRow</name>
    <message>
        <source>How careful about: {category}</source>
        <translation>Wie streng bei: {category}</translation>
    </message>
    <message>
        <source>The installed guard does not know this category.</source>
        <translation>Der installierte Wächter kennt diese Kategorie nicht.</translation>
    </message>
    <message>
        <source>Always on: such material is a crime to make and to share.</source>
        <translation>Immer an: Solches Material herzustellen und zu teilen ist ein Verbrechen.</translation>
    </message>
    <message>
        <source>{category} is no longer looked for.</source>
        <translation>Nach {category} wird nicht mehr gesucht.</translation>
    </message>
</context>
<context>
    <name>ChangeModelDialog</name>
    <message>
        <source>Change embedding model</source>
        <translation>Einbettungsmodell wechseln</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Wechseln</translation>
    </message>
    <message>
        <source>All passages are embedded anew. The bank answers as before until that is done; progress is shown.</source>
        <translation>Alle Textstellen werden neu eingebettet. Bis das fertig ist, antwortet die Bank wie bisher; der Fortschritt wird angezeigt.</translation>
    </message>
    <message>
        <source>Embedding model</source>
        <translation>Einbettungsmodell</translation>
    </message>
</context>
<context>
    <name>ChatListModel</name>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>{title}, answering</source>
        <translation>{title}, antwortet</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Export chat</source>
        <translation>Chat exportieren</translation>
    </message>
    <message>
        <source>Chat exported to {name}.</source>
        <translation>Chat nach {name} exportiert.</translation>
    </message>
    <message>
        <source>Import chat</source>
        <translation>Chat importieren</translation>
    </message>
    <message>
        <source>The engine could not start; nothing can be sent.</source>
        <translation>Die Engine konnte nicht starten; es kann nichts gesendet werden.</translation>
    </message>
    <message>
        <source>Starting the engine …</source>
        <translation>Die Engine startet …</translation>
    </message>
    <message>
        <source>Add a model on the Models page first.</source>
        <translation>Füge zuerst auf der Seite „Modelle“ ein Modell hinzu.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message numerus="yes">
        <source>Memory banks of this chat: %n</source>
        <translation>
            <numerusform>Wissensbanken dieses Chats: %n</numerusform>
            <numerusform>Wissensbanken dieses Chats: %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
</context>
<context>
    <name>ChatPresenter</name>
    <message>
        <source>The model is {state} …</source>
        <translation>Das Modell: {state} …</translation>
    </message>
    <message>
        <source>Reading the message …</source>
        <translation>Liest die Nachricht …</translation>
    </message>
</context>
<context>
    <name>ChoicesView</name>
    <message>
        <source>How answers are shown</source>
        <translation>Wie Antworten gezeigt werden</translation>
    </message>
    <message>
        <source>When a shield itself fails</source>
        <translation>Wenn ein Prüfer selbst versagt</translation>
    </message>
    <message>
        <source>What the log keeps of a text</source>
        <translation>Was das Protokoll von einem Text behält</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <source>How long the log keeps entries</source>
        <translation>Wie lange das Protokoll Einträge behält</translation>
    </message>
    <message>
        <source>Every verdict is logged on this computer, so that you can see what was stopped and why.</source>
        <translation>Jedes Urteil wird auf diesem Computer protokolliert, damit du siehst, was angehalten wurde und warum.</translation>
    </message>
    <message>
        <source>The log</source>
        <translation>Das Protokoll</translation>
    </message>
    <message>
        <source>What it keeps of a text</source>
        <translation>Was es von einem Text behält</translation>
    </message>
    <message>
        <source>How long it keeps entries</source>
        <translation>Wie lange es Einträge behält</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Code, {language}</source>
        <translation>Code, {language}</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type a command, a chat, a bank or a model</source>
        <translation>Befehl, Chat, Bank oder Modell eingeben</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Memory bank</source>
        <translation>Wissensbank</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Anhalten (Esc)</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>Senden (Eingabe)</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line</source>
        <translation>Eingabe sendet, Umschalt+Eingabe bricht die Zeile um</translation>
    </message>
</context>
<context>
    <name>Computer</name>
    <message>
        <source>Data folder</source>
        <translation>Datenordner</translation>
    </message>
    <message>
        <source>Open data folder</source>
        <translation>Datenordner öffnen</translation>
    </message>
    <message>
        <source>Examine this computer</source>
        <translation>Computer untersuchen</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Examining …</source>
        <translation>Wird untersucht …</translation>
    </message>
    <message>
        <source>The examination found nothing to tell.</source>
        <translation>Die Untersuchung hat nichts zu berichten.</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need attention.</source>
        <translation>
            <numerusform>%n Punkt braucht Aufmerksamkeit.</numerusform>
            <numerusform>%n Punkte brauchen Aufmerksamkeit.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything is in order.</source>
        <translation>Alles ist in Ordnung.</translation>
    </message>
</context>
<context>
    <name>ConfirmCard</name>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>{used} of {size} tokens</source>
        <translation>{used} von {size} Token</translation>
    </message>
    <message>
        <source>What the model sees of this chat: its context.</source>
        <translation>Was das Modell von diesem Chat sieht: sein Kontext.</translation>
    </message>
    <message>
        <source>Context: {words}</source>
        <translation>Kontext: {words}</translation>
    </message>
</context>
<context>
    <name>Conversation</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Zum Ende</translation>
    </message>
</context>
<context>
    <name>CopyLine</name>
    <message>
        <source>Show {name}</source>
        <translation>{name} anzeigen</translation>
    </message>
    <message>
        <source>Copy {name}</source>
        <translation>{name} kopieren</translation>
    </message>
</context>
<context>
    <name>CustomEditor</name>
    <message>
        <source>Gambling</source>
        <translation>Glücksspiel</translation>
    </message>
    <message>
        <source>Name of the category</source>
        <translation>Name der Kategorie</translation>
    </message>
    <message>
        <source>AI models should not help with games of chance for money.</source>
        <translation>AI models should not help with games of chance for money.</translation>
    </message>
    <message>
        <source>What the guard is told</source>
        <translation>Was dem Wächter gesagt wird (am besten auf Englisch)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Edit category</source>
        <translation>Kategorie ändern</translation>
    </message>
    <message>
        <source>New category</source>
        <translation>Neue Kategorie</translation>
    </message>
</context>
<context>
    <name>Disclosure</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>DocumentDetails</name>
    <message>
        <source>Contains instructions to a model; kept as data.</source>
        <translation>Enthält Anweisungen an ein Modell; sie gelten nur als Text.</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Read scanned pages</source>
        <translation>Gescannte Seiten lesen</translation>
    </message>
    <message>
        <source>Read the pages without text by character recognition</source>
        <translation>Liest Seiten ohne Text durch Zeichenerkennung</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen abbrechen</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Textstellen</translation>
    </message>
    <message>
        <source>Known before</source>
        <translation>Schon bekannt</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
</context>
<context>
    <name>DocumentsView</name>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Drop files or folders here, or paste text. They are read on this computer.</source>
        <translation>Lege Dateien oder Ordner hier ab oder füge Text ein. Gelesen wird auf diesem Computer.</translation>
    </message>
    <message>
        <source>Add files …</source>
        <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
        <source>Remove “{name}” from this bank?</source>
        <translation>„{name}“ aus dieser Bank entfernen?</translation>
    </message>
    <message>
        <source>Remove {documents} from this bank?</source>
        <translation>{documents} aus dieser Bank entfernen?</translation>
    </message>
    <message>
        <source>Their text and index are deleted for good. The files they came from stay where they are.</source>
        <translation>Text und Index werden endgültig gelöscht. Die Dateien, aus denen sie stammen, bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>Nach Namen suchen</translation>
    </message>
    <message>
        <source>Search documents by name</source>
        <translation>Dokumente nach Namen suchen</translation>
    </message>
    <message>
        <source>Show documents that are</source>
        <translation>Dokumente zeigen</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Open document</source>
        <translation>Dokument öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen abbrechen</translation>
    </message>
    <message>
        <source>Remove documents …</source>
        <translation>Dokumente entfernen …</translation>
    </message>
    <message>
        <source>No document fits.</source>
        <translation>Kein Dokument passt dazu.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>{documents} removed.</source>
        <translation>{documents} entfernt.</translation>
    </message>
</context>
<context>
    <name>DownloadControl</name>
    <message>
        <source>Progress of {name}</source>
        <translation>Fortschritt von {name}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Download {name}</source>
        <translation>{name} herunterladen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Benutzen</translation>
    </message>
    <message>
        <source>Give a hub token …</source>
        <translation>Hub-Token angeben …</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} benutzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>EditBankDialog</name>
    <message>
        <source>Rename and describe</source>
        <translation>Umbenennen und beschreiben</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>What is in it?</source>
        <translation>Was ist darin?</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
</context>
<context>
    <name>EntriesView</name>
    <message>
        <source>Entries</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>Search by key</source>
        <translation>Nach Schlüssel suchen</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Add entry</source>
        <translation>Eintrag hinzufügen</translation>
    </message>
    <message>
        <source>Remove entries</source>
        <translation>Einträge entfernen</translation>
    </message>
    <message>
        <source>{entries} removed.</source>
        <translation>{entries} entfernt.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>EntryModel</name>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
</context>
<context>
    <name>ExampleBox</name>
    <message>
        <source>Kind of example</source>
        <translation>Art des Beispiels</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>Attached file {name}</source>
        <translation>Angehängte Datei {name}</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>In diesem Chat suchen</translation>
    </message>
    <message>
        <source>Older hit</source>
        <translation>Älterer Treffer</translation>
    </message>
    <message>
        <source>Newer hit</source>
        <translation>Neuerer Treffer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} von {count}</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>FindingLine</name>
    <message>
        <source>in order</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation>braucht Aufmerksamkeit</translation>
    </message>
</context>
<context>
    <name>FoldersView</name>
    <message>
        <source>Follow a folder …</source>
        <translation>Ordner verfolgen …</translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation>Jetzt nach Änderungen sehen</translation>
    </message>
    <message>
        <source>New and changed files of a followed folder are read by themselves; deleted ones leave the bank.</source>
        <translation>Neue und geänderte Dateien eines verfolgten Ordners werden von selbst gelesen; gelöschte verlassen die Bank.</translation>
    </message>
    <message>
        <source>Followed folders</source>
        <translation>Verfolgte Ordner</translation>
    </message>
    <message>
        <source>This bank follows no folder. New and changed files of a followed one are read by themselves.</source>
        <translation>Diese Bank verfolgt keinen Ordner. Neue und geänderte Dateien eines verfolgten Ordners werden von selbst gelesen.</translation>
    </message>
    <message>
        <source>Follow a folder</source>
        <translation>Ordner verfolgen</translation>
    </message>
    <message>
        <source>last looked at {when}</source>
        <translation>zuletzt angesehen: {when}</translation>
    </message>
    <message>
        <source>Stop following</source>
        <translation>Nicht mehr verfolgen</translation>
    </message>
    <message>
        <source>{name} is no longer followed.</source>
        <translation>{name} wird nicht mehr verfolgt.</translation>
    </message>
    <message>
        <source>Its documents stay in the bank.</source>
        <translation>Die Dokumente bleiben in der Bank.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>GraphPanel</name>
    <message>
        <source>Let the model read it</source>
        <translation>Vom Modell lesen lassen</translation>
    </message>
    <message>
        <source>A model reads every passage for more relations; this takes a while</source>
        <translation>Ein Modell liest jede Textstelle auf weitere Beziehungen; das dauert eine Weile</translation>
    </message>
    <message>
        <source>Entities</source>
        <translation>Begriffe</translation>
    </message>
    <message>
        <source>Relations</source>
        <translation>Beziehungen</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Textstellen</translation>
    </message>
    <message>
        <source>The model is reading …</source>
        <translation>Das Modell liest …</translation>
    </message>
    <message>
        <source>The model has read “{name}”.</source>
        <translation>Das Modell hat „{name}“ gelesen.</translation>
    </message>
</context>
<context>
    <name>Groups</name>
    <message>
        <source>Groups of settings</source>
        <translation>Gruppen der Einstellungen</translation>
    </message>
</context>
<context>
    <name>GuardBanner</name>
    <message>
        <source>No guard model is installed: chats are checked by simple rules only.</source>
        <translation>Kein Wächtermodell ist installiert: Chats werden nur nach einfachen Mustern geprüft.</translation>
    </message>
    <message>
        <source>Get a guard</source>
        <translation>Wächter holen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
</context>
<context>
    <name>GuardRow</name>
    <message>
        <source>Check messages and answers</source>
        <translation>Nachrichten und Antworten prüfen</translation>
    </message>
    <message>
        <source>Get a guard</source>
        <translation>Wächter holen</translation>
    </message>
    <message>
        <source>Guard model</source>
        <translation>Wächtermodell</translation>
    </message>
    <message>
        <source>Shields look at what comes in and what goes out. You decide below what they do.</source>
        <translation>Prüfer sehen sich an, was hereinkommt und was hinausgeht. Du entscheidest unten, was sie tun.</translation>
    </message>
    <message>
        <source>Nothing is checked, and nothing is logged, except what an app asks for.</source>
        <translation>Nichts wird geprüft und nichts protokolliert, außer was eine App verlangt.</translation>
    </message>
    <message>
        <source>No guard model is installed.</source>
        <translation>Kein Wächtermodell ist installiert.</translation>
    </message>
    <message>
        <source>Until then only the simple rules look at texts.</source>
        <translation>Bis dahin werden Texte nur nach einfachen Mustern geprüft.</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Sieht nach …</translation>
    </message>
    <message>
        <source>not loaded; it loads with the first check</source>
        <translation>nicht geladen; wird mit der ersten Prüfung geladen</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Paddock help</source>
        <translation>Hilfe zu Paddock</translation>
    </message>
    <message>
        <source>Type a message and press Enter. Everything runs on this machine; nothing is sent anywhere unless you add a remote provider. Models are found, imported and loaded on the Models page.</source>
        <translation>Schreibe eine Nachricht und drücke die Eingabetaste. Alles läuft auf diesem Rechner; nichts wird verschickt, solange du keinen entfernten Anbieter hinzufügst. Modelle findest, importierst und lädst du auf der Seite „Modelle“.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>HitCard</name>
    <message>
        <source>meaning {score}</source>
        <translation>Bedeutung {score}</translation>
    </message>
    <message>
        <source>words {score}</source>
        <translation>Wörter {score}</translation>
    </message>
    <message>
        <source>reranker {score}</source>
        <translation>Nachordnung {score}</translation>
    </message>
</context>
<context>
    <name>HubFiles</name>
    <message>
        <source>Choose a repository to see its files.</source>
        <translation>Ein Repository auswählen, um seine Dateien zu sehen.</translation>
    </message>
    <message>
        <source>Asking the hub for the files …</source>
        <translation>Der Hub wird nach den Dateien gefragt …</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>{count} downloads</source>
        <translation>{count} Downloads</translation>
    </message>
    <message>
        <source>Its maker asks you to accept a licence on the hub first, and to give a hub token here.</source>
        <translation>Der Hersteller verlangt, zuerst auf dem Hub eine Lizenz anzunehmen und hier ein Hub-Token anzugeben.</translation>
    </message>
    <message>
        <source>This repository has no GGUF file that can be used.</source>
        <translation>Dieses Repository hat keine brauchbare GGUF-Datei.</translation>
    </message>
    <message>
        <source>size not known</source>
        <translation>Größe unbekannt</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>HubResults</name>
    <message>
        <source>{count} downloads</source>
        <translation>{count} Downloads</translation>
    </message>
    <message>
        <source>licence to accept</source>
        <translation>Lizenz anzunehmen</translation>
    </message>
</context>
<context>
    <name>HubView</name>
    <message>
        <source>Repositories found</source>
        <translation>Gefundene Repositorys</translation>
    </message>
    <message>
        <source>Search for GGUF models on the Hugging Face Hub, for example “llama 3.2”.</source>
        <translation>Hier lassen sich GGUF-Modelle auf dem Hugging Face Hub suchen, zum Beispiel „llama 3.2“.</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>Suche läuft …</translation>
    </message>
    <message>
        <source>The hub knows no GGUF model with these words.</source>
        <translation>Der Hub kennt kein GGUF-Modell mit diesen Wörtern.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Hub token</source>
        <translation>Hub-Token</translation>
    </message>
    <message>
        <source>Search the hub, then press Enter</source>
        <translation>Hub durchsuchen, dann Enter</translation>
    </message>
    <message>
        <source>Search the Hugging Face Hub</source>
        <translation>Hugging Face Hub durchsuchen</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Hub token: known</source>
        <translation>Hub-Token: bekannt</translation>
    </message>
    <message>
        <source>Hub token: none</source>
        <translation>Hub-Token: keins</translation>
    </message>
    <message>
        <source>A token is known and sent with requests to the hub.</source>
        <translation>Ein Token ist bekannt und wird mit Anfragen an den Hub gesendet.</translation>
    </message>
    <message>
        <source>Only models with a licence to accept need one. Make it on huggingface.co under Access Tokens.</source>
        <translation>Nur Modelle mit anzunehmender Lizenz brauchen eins. Es entsteht auf huggingface.co unter Access Tokens.</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import models</source>
        <translation>Modelle importieren</translation>
    </message>
    <message>
        <source>Use them where they are</source>
        <translation>Dort benutzen, wo sie liegen</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>reading the header …</source>
        <translation>Kopf wird gelesen …</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>A copy stays yours to delete here; a linked file is only read and must stay in its place.</source>
        <translation>Eine Kopie lässt sich hier wieder löschen; eine verknüpfte Datei wird nur gelesen und muss an ihrem Ort bleiben.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy into Paddock&apos;s folder ({size})</source>
        <translation>In Paddocks Ordner kopieren ({size})</translation>
    </message>
    <message>
        <source>Copy into Paddock&apos;s folder</source>
        <translation>In Paddocks Ordner kopieren</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>checking the file</source>
        <translation>prüft die Datei</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>loading into memory</source>
        <translation>wird in den Speicher geladen</translation>
    </message>
    <message>
        <source>reading documents</source>
        <translation>liest Dokumente</translation>
    </message>
    <message>
        <source>{done} of {total} passages</source>
        <translation>{done} von {total} Textstellen</translation>
    </message>
</context>
<context>
    <name>JobsPopover</name>
    <message>
        <source>Jobs</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>Nichts läuft.</translation>
    </message>
</context>
<context>
    <name>LibraryModel</name>
    <message>
        <source>remote provider</source>
        <translation>entfernter Anbieter</translation>
    </message>
</context>
<context>
    <name>LibraryView</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>No model has these words.</source>
        <translation>Kein Modell enthält diese Wörter.</translation>
    </message>
    <message>
        <source>There is no model here yet. Take one from the catalogue, or drop a GGUF file on this page.</source>
        <translation>Hier ist noch kein Modell. Der Katalog hat welche; eine GGUF-Datei lässt sich auch auf diese Seite ziehen.</translation>
    </message>
    <message>
        <source>Open the catalogue</source>
        <translation>Katalog öffnen</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
</context>
<context>
    <name>LinkPopover</name>
    <message>
        <source>Open link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Open in the browser?</source>
        <translation>Im Browser öffnen?</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>ListDelegate</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
</context>
<context>
    <name>ListPanel</name>
    <message>
        <source>Chats appear here.</source>
        <translation>Hier erscheinen deine Chats.</translation>
    </message>
    <message>
        <source>No chat contains these words.</source>
        <translation>Kein Chat enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>Suchergebnisse</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Pin or unpin</source>
        <translation>Anheften oder lösen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) deleted.</source>
        <translation>
            <numerusform>%n Chat gelöscht.</numerusform>
            <numerusform>%n Chats gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Folder “{name}” removed; its chats stay.</source>
        <translation>Ordner „{name}“ entfernt; seine Chats bleiben.</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>Verschieben nach</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
</context>
<context>
    <name>LoadSettingsPanel</name>
    <message>
        <source>Load settings</source>
        <translation>Ladeeinstellungen</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>Kontext in Token</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Layers on the GPU</source>
        <translation>Schichten auf der GPU</translation>
    </message>
    <message>
        <source>0 keeps the whole model on the processor.</source>
        <translation>0 lässt das ganze Modell auf dem Prozessor.</translation>
    </message>
    <message>
        <source>Minutes without use after which it leaves memory</source>
        <translation>Minuten ohne Benutzung, nach denen es den Speicher verlässt</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>0 keeps it in memory.</source>
        <translation>0 behält es im Speicher.</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Prozessor-Threads</translation>
    </message>
    <message>
        <source>Precision of the context</source>
        <translation>Genauigkeit des Kontexts</translation>
    </message>
    <message>
        <source>Full (f16)</source>
        <translation>Voll (f16)</translation>
    </message>
    <message>
        <source>Half (q8_0)</source>
        <translation>Halb (q8_0)</translation>
    </message>
    <message>
        <source>Quarter (q4_0)</source>
        <translation>Viertel (q4_0)</translation>
    </message>
    <message>
        <source>Flash attention</source>
        <translation>Flash Attention</translation>
    </message>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>As in Settings ({minutes} min)</source>
        <translation>Wie eingestellt ({minutes} min)</translation>
    </message>
    <message>
        <source>As in Settings</source>
        <translation>Wie eingestellt</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>GPU layers</source>
        <translation>GPU-Schichten</translation>
    </message>
    <message>
        <source>Unload when idle</source>
        <translation>Entladen bei Ruhe</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Context precision</source>
        <translation>Kontextgenauigkeit</translation>
    </message>
    <message>
        <source>Load again now</source>
        <translation>Jetzt neu laden</translation>
    </message>
    <message>
        <source>In force when the model is loaded again.</source>
        <translation>Gilt, sobald das Modell neu geladen wird.</translation>
    </message>
</context>
<context>
    <name>LogDetails</name>
    <message>
        <source>What is kept of the text</source>
        <translation>Was vom Text behalten wurde</translation>
    </message>
    <message>
        <source>This was wrong</source>
        <translation>Das war falsch</translation>
    </message>
    <message>
        <source>Why? (kept with the entry)</source>
        <translation>Warum? (bleibt beim Eintrag)</translation>
    </message>
    <message>
        <source>Why this was wrong</source>
        <translation>Warum das falsch war</translation>
    </message>
    <message>
        <source>Show in its chat</source>
        <translation>Im Chat zeigen</translation>
    </message>
    <message>
        <source>Nothing of the text was kept, as the policy says.</source>
        <translation>Vom Text wurde nichts behalten, wie es die Regeln sagen.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>Gefragt von</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Details schließen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Marked entries become examples to measure guards by.</source>
        <translation>Markierte Einträge werden Beispiele, an denen Wächter gemessen werden.</translation>
    </message>
</context>
<context>
    <name>LogModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Shield</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Sicher zu</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Guard</source>
        <translation>Wächter</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>{words}, wrong</source>
        <translation>{words}, falsch</translation>
    </message>
</context>
<context>
    <name>LogFilters</name>
    <message>
        <source>Search the texts</source>
        <translation>In den Texten suchen</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Which texts</source>
        <translation>Welche Texte</translation>
    </message>
    <message>
        <source>All texts</source>
        <translation>Alle Texte</translation>
    </message>
    <message>
        <source>Which shield</source>
        <translation>Welcher Prüfer</translation>
    </message>
    <message>
        <source>All shields</source>
        <translation>Alle Prüfer</translation>
    </message>
    <message>
        <source>Marked wrong</source>
        <translation>Als falsch markiert</translation>
    </message>
    <message>
        <source>Search the texts of the log</source>
        <translation>In den Texten des Protokolls suchen</translation>
    </message>
    <message>
        <source>Which category</source>
        <translation>Welche Kategorie</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>Alle Kategorien</translation>
    </message>
    <message>
        <source>Since when</source>
        <translation>Seit wann</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>Jederzeit</translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation>Letzte 24 Stunden</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Log of verdicts</source>
        <translation>Protokoll der Urteile</translation>
    </message>
    <message>
        <source>Export the log …</source>
        <translation>Protokoll exportieren …</translation>
    </message>
    <message>
        <source>Export what is shown, as JSON lines or as CSV</source>
        <translation>Was gezeigt wird als JSON-Zeilen oder CSV exportieren</translation>
    </message>
    <message>
        <source>Clear the log …</source>
        <translation>Protokoll leeren …</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Details schließen</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Details zeigen</translation>
    </message>
    <message>
        <source>No entry fits.</source>
        <translation>Kein Eintrag passt.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Reading the log …</source>
        <translation>Liest das Protokoll …</translation>
    </message>
    <message>
        <source>Nothing was checked yet. Every verdict will be listed here.</source>
        <translation>Noch wurde nichts geprüft. Jedes Urteil erscheint hier.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl);;CSV table (*.csv)</source>
        <translation>JSON-Zeilen (*.jsonl);;CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>Export the log</source>
        <translation>Protokoll exportieren</translation>
    </message>
    <message>
        <source>{entries} written to {name}.</source>
        <translation>{entries} in {name} geschrieben.</translation>
    </message>
    <message>
        <source>Delete the whole log?</source>
        <translation>Das ganze Protokoll löschen?</translation>
    </message>
    <message>
        <source>Delete the whole log ({entries})?</source>
        <translation>Das ganze Protokoll löschen ({entries})?</translation>
    </message>
    <message>
        <source>Every verdict, what was kept of the texts and your marks are gone for good. The policy stays as it is.</source>
        <translation>Alle Urteile, was von den Texten behalten wurde und deine Markierungen sind endgültig weg. Die Regeln bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>{entries} deleted.</source>
        <translation>{entries} gelöscht.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Command palette …</source>
        <translation>Befehlspalette …</translation>
    </message>
    <message>
        <source>Find in page</source>
        <translation>Auf der Seite suchen</translation>
    </message>
    <message>
        <source>Paddock help</source>
        <translation>Hilfe zu Paddock</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>By meaning and words</source>
        <translation>Nach Bedeutung und Wörtern</translation>
    </message>
    <message>
        <source>By words</source>
        <translation>Nach Wörtern</translation>
    </message>
    <message>
        <source>Keys and values</source>
        <translation>Schlüssel und Werte</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
    <message>
        <source>Finds passages that mean the same, also in other words. Right for most documents.</source>
        <translation>Findet Textstellen, die dasselbe meinen, auch in anderen Worten. Passt für die meisten Dokumente.</translation>
    </message>
    <message>
        <source>Finds passages that hold the very words. Fast, and needs no embedding model.</source>
        <translation>Findet Textstellen mit genau diesen Wörtern. Schnell und ohne Einbettungsmodell.</translation>
    </message>
    <message>
        <source>A table of names and values, looked up by name. For facts you enter yourself.</source>
        <translation>Eine Tabelle aus Namen und Werten. Für Angaben, die du selbst einträgst.</translation>
    </message>
    <message>
        <source>Finds passages as well as the people, places and terms in them and what links them.</source>
        <translation>Findet Textstellen und dazu Personen, Orte und Begriffe darin und was sie verbindet.</translation>
    </message>
    <message>
        <source>failed: {reason}</source>
        <translation>fehlgeschlagen: {reason}</translation>
    </message>
    <message>
        <source>paused, {documents} waiting</source>
        <translation>angehalten, {documents} warten</translation>
    </message>
    <message>
        <source>changing to {model}</source>
        <translation>wechselt zu {model}</translation>
    </message>
    <message>
        <source>ready, {failed}</source>
        <translation>bereit, {failed}</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>{done} of {total} passages</source>
        <translation>{done} von {total} Textstellen</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>parsing {percent} %</source>
        <translation>liest {percent} %</translation>
    </message>
    <message>
        <source>embedding {done} of {total}</source>
        <translation>bettet ein: {done} von {total}</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>parsing</source>
        <translation>liest</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>bettet ein</translation>
    </message>
    <message>
        <source>indexing</source>
        <translation>trägt ein</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Meaning and words</source>
        <translation>Bedeutung und Wörter</translation>
    </message>
    <message>
        <source>Meaning only</source>
        <translation>Nur Bedeutung</translation>
    </message>
    <message>
        <source>Words only</source>
        <translation>Nur Wörter</translation>
    </message>
    <message>
        <source>page {number}</source>
        <translation>Seite {number}</translation>
    </message>
    <message>
        <source>{percent} % relevant</source>
        <translation>{percent} % passend</translation>
    </message>
    <message>
        <source>many languages</source>
        <translation>viele Sprachen</translation>
    </message>
    <message>
        <source>{first} and {count} more languages</source>
        <translation>{first} und {count} weitere Sprachen</translation>
    </message>
    <message>
        <source>Arabic</source>
        <translation>Arabisch</translation>
    </message>
    <message>
        <source>Czech</source>
        <translation>Tschechisch</translation>
    </message>
    <message>
        <source>German</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>Spanisch</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Französisch</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>Italienisch</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>Japanisch</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>Niederländisch</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>Polnisch</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>Portugiesisch</translation>
    </message>
    <message>
        <source>Russian</source>
        <translation>Russisch</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>Türkisch</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>Chinesisch</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>Memory</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>&amp;Memory</source>
        <translation>&amp;Wissen</translation>
    </message>
    <message>
        <source>&amp;Documents</source>
        <translation>&amp;Dokumente</translation>
    </message>
    <message>
        <source>Back to {name}</source>
        <translation>Zurück zu {name}</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>Zurück zum Chat</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>New bank …</source>
        <translation>Neue Bank …</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Parts of the bank</source>
        <translation>Teile der Bank</translation>
    </message>
    <message>
        <source>My documents</source>
        <translation>Meine Dokumente</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>remote: {provider}</source>
        <translation>entfernt: {provider}</translation>
    </message>
    <message>
        <source>Embedding model</source>
        <translation>Einbettungsmodell</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>Fortschritt des Herunterladens</translation>
    </message>
    <message>
        <source>No other embedding model is known.</source>
        <translation>Kein anderes Einbettungsmodell ist bekannt.</translation>
    </message>
    <message>
        <source>Made for: {languages}.</source>
        <translation>Gemacht für: {languages}.</translation>
    </message>
    <message>
        <source>{arrived} of {total} have arrived.</source>
        <translation>{arrived} von {total} sind da.</translation>
    </message>
    <message>
        <source>It is not on this computer yet.</source>
        <translation>Es ist noch nicht auf diesem Computer.</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Use in a new chat</source>
        <translation>In neuem Chat benutzen</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Tempo messen</translation>
    </message>
    <message>
        <source>Use for new chats</source>
        <translation>Für neue Chats benutzen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>{speed} tokens/s</source>
        <translation>{speed} Token/s</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no, it only continues text</source>
        <translation>nein, es setzt nur Text fort</translation>
    </message>
    <message>
        <source>Made for</source>
        <translation>Gemacht für</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Quantisation</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>{tokens} tokens</source>
        <translation>{tokens} Token</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>Tempo hier</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>The file is missing. Put {file} back in its place, or remove the model from the list.</source>
        <translation>Die Datei fehlt. {file} wieder an ihren Ort legen oder das Modell aus der Liste entfernen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>Laden abbrechen</translation>
    </message>
    <message>
        <source>Measuring …</source>
        <translation>Wird gemessen …</translation>
    </message>
    <message>
        <source>{name} answers with {speed} tokens/s on this computer.</source>
        <translation>{name} antwortet auf diesem Computer mit {speed} Token/s.</translation>
    </message>
    <message>
        <source>New chats use {name}.</source>
        <translation>Neue Chats benutzen {name}.</translation>
    </message>
    <message>
        <source>Remove “{name}”?</source>
        <translation>„{name}“ entfernen?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>It leaves the list; its file stays where it is. Chats with it stay.</source>
        <translation>Es verschwindet aus der Liste; seine Datei bleibt, wo sie ist. Chats damit bleiben.</translation>
    </message>
    <message>
        <source>Its file is deleted and {size} come free. Chats with it stay.</source>
        <translation>Seine Datei wird gelöscht, {size} werden frei. Chats damit bleiben.</translation>
    </message>
    <message>
        <source>{name} was removed.</source>
        <translation>{name} wurde entfernt.</translation>
    </message>
    <message>
        <source>{size} came free.</source>
        <translation>{size} wurden frei.</translation>
    </message>
</context>
<context>
    <name>ModelEditor</name>
    <message>
        <source>The one used last</source>
        <translation>Das zuletzt benutzte</translation>
    </message>
    <message>
        <source>{name} (not installed)</source>
        <translation>{name} (nicht installiert)</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Load model</source>
        <translation>Modell laden</translation>
    </message>
    <message>
        <source>Unload model</source>
        <translation>Modell entladen</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>remote</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>Model: {name}, {state}</source>
        <translation>Modell: {name}, {state}</translation>
    </message>
</context>
<context>
    <name>ModelWords</name>
    <message>
        <source>{number} B</source>
        <translation>{number} Mrd.</translation>
    </message>
    <message>
        <source>{number} M</source>
        <translation>{number} Mio.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Text completion</source>
        <translation>Textfortsetzung</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Einbettungen</translation>
    </message>
    <message>
        <source>{tokens} context</source>
        <translation>{tokens} Kontext</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Passt auf diesen Computer</translation>
    </message>
    <message>
        <source>Fits, but only just</source>
        <translation>Passt gerade noch</translation>
    </message>
    <message>
        <source>Too large for this computer</source>
        <translation>Zu groß für diesen Computer</translation>
    </message>
    <message>
        <source>Not known whether it fits</source>
        <translation>Unbekannt, ob es passt</translation>
    </message>
    <message>
        <source>needs {needed}, {free} are free</source>
        <translation>braucht {needed}, {free} sind frei</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller context.</source>
        <translation>Andere Programme schließen oder einen kleineren Kontext wählen.</translation>
    </message>
    <message>
        <source>Choose a smaller file, a smaller context or a smaller model.</source>
        <translation>Eine kleinere Datei, einen kleineren Kontext oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>remote, ready when asked</source>
        <translation>entfernt, bereit auf Anfrage</translation>
    </message>
    <message>
        <source>the file is missing</source>
        <translation>die Datei fehlt</translation>
    </message>
    <message>
        <source>ready on {device}</source>
        <translation>bereit auf {device}</translation>
    </message>
    <message>
        <source>Comes with Paddock</source>
        <translation>Gehört zu Paddock</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Heruntergeladen</translation>
    </message>
    <message>
        <source>Remote provider</source>
        <translation>Entfernter Anbieter</translation>
    </message>
    <message>
        <source>{arrived} of {total}</source>
        <translation>{arrived} von {total}</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>checking the file</source>
        <translation>Datei wird geprüft</translation>
    </message>
    <message>
        <source>paused at {amounts}</source>
        <translation>angehalten bei {amounts}</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>Import models</source>
        <translation>Modelle importieren</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf);;All files (*)</source>
        <translation>GGUF-Modelle (*.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import files …</source>
        <translation>Dateien importieren …</translation>
    </message>
    <message>
        <source>Import GGUF files; they can be dropped on this page too</source>
        <translation>GGUF-Dateien importieren; sie lassen sich auch auf diese Seite ziehen</translation>
    </message>
    <message>
        <source>Add remote provider …</source>
        <translation>Anbieter hinzufügen …</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>Hugging Face Hub</source>
        <translation>Hugging Face Hub</translation>
    </message>
    <message>
        <source>Parts of the models page</source>
        <translation>Teile der Modellseite</translation>
    </message>
    <message>
        <source>{name} is ready to be used.</source>
        <translation>{name} ist bereit.</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Benutzen</translation>
    </message>
</context>
<context>
    <name>NewBankDialog</name>
    <message>
        <source>New memory bank</source>
        <translation>Neue Wissensbank</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>For example: Manuals</source>
        <translation>Zum Beispiel: Anleitungen</translation>
    </message>
    <message>
        <source>Embedding model</source>
        <translation>Einbettungsmodell</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Tokens</translation>
    </message>
    <message>
        <source>Longest passage</source>
        <translation>Längste Textstelle</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
</context>
<context>
    <name>NoticeCard</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>Its maker asks you to accept a licence on the hub first, and to give a hub token here.</source>
        <translation>Der Hersteller verlangt, zuerst auf dem Hub eine Lizenz anzunehmen und hier ein Hub-Token anzugeben.</translation>
    </message>
</context>
<context>
    <name>PageActions</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Stop answering</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Neu antworten</translation>
    </message>
    <message>
        <source>Edit last message</source>
        <translation>Letzte Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Copy last answer</source>
        <translation>Letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Previous branch</source>
        <translation>Vorheriger Zweig</translation>
    </message>
    <message>
        <source>Next branch</source>
        <translation>Nächster Zweig</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>Zum Ende gehen</translation>
    </message>
    <message>
        <source>Choose model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Attach files …</source>
        <translation>Dateien anhängen …</translation>
    </message>
    <message>
        <source>Attach files to the next message; they can be dropped on the box too</source>
        <translation>Hängt Dateien an die nächste Nachricht; sie lassen sich auch auf dem Feld ablegen</translation>
    </message>
    <message>
        <source>Choose memory banks</source>
        <translation>Wissensbanken wählen</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Chat list</source>
        <translation>Chatliste</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Einstellungen des Chats</translation>
    </message>
    <message>
        <source>Export as Markdown …</source>
        <translation>Als Markdown exportieren …</translation>
    </message>
    <message>
        <source>Export as HTML …</source>
        <translation>Als HTML exportieren …</translation>
    </message>
    <message>
        <source>Export as JSON …</source>
        <translation>Als JSON exportieren …</translation>
    </message>
    <message>
        <source>Import chat …</source>
        <translation>Chat importieren …</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export and import</source>
        <translation>Exportieren und importieren</translation>
    </message>
    <message>
        <source>&amp;Chat</source>
        <translation>&amp;Chat</translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation>&amp;Liste</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Local API</source>
        <translation>Lokale API</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
</context>
<context>
    <name>PolicyChanges</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>The policy was changed elsewhere meanwhile, so your change was not made.</source>
        <translation>Die Regeln wurden inzwischen anderswo geändert, darum wurde deine Änderung nicht gemacht.</translation>
    </message>
    <message>
        <source>It is shown here as it is now.</source>
        <translation>Hier stehen sie, wie sie jetzt sind.</translation>
    </message>
</context>
<context>
    <name>PolicyView</name>
    <message>
        <source>Policy</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Reading the policy …</source>
        <translation>Liest die Regeln …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Names that apps gave: {names}</source>
        <translation>Namen, die Apps vergeben haben: {names}</translation>
    </message>
    <message>
        <source>Version {number} of the policy</source>
        <translation>Version {number} der Regeln</translation>
    </message>
    <message>
        <source>{name} is being downloaded.</source>
        <translation>{name} wird heruntergeladen.</translation>
    </message>
    <message>
        <source>Checks that run one beside the other. The strictest of them decides.</source>
        <translation>Sie arbeiten nebeneinander. Der strengste von ihnen entscheidet.</translation>
    </message>
    <message>
        <source>Shields</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>The engine could not start, so the policy is not known.</source>
        <translation>Die Engine konnte nicht starten, darum sind die Regeln nicht bekannt.</translation>
    </message>
</context>
<context>
    <name>ProseView</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>ProviderDetails</name>
    <message>
        <source>What you ask it leaves this computer.</source>
        <translation>Was hier gefragt wird, verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Use in a new chat</source>
        <translation>In neuem Chat benutzen</translation>
    </message>
    <message>
        <source>Ask for its models again</source>
        <translation>Nach Modellen fragen</translation>
    </message>
    <message>
        <source>Change provider …</source>
        <translation>Anbieter ändern …</translation>
    </message>
    <message>
        <source>Remove provider …</source>
        <translation>Anbieter entfernen …</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message numerus="yes">
        <source>{name} serves %n model(s).</source>
        <translation>
            <numerusform>{name} bietet %n Modell.</numerusform>
            <numerusform>{name} bietet %n Modelle.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the provider “{name}”?</source>
        <translation>Den Anbieter „{name}“ entfernen?</translation>
    </message>
    <message>
        <source>Its models leave the list and its key is deleted. Chats with them stay.</source>
        <translation>Seine Modelle verschwinden aus der Liste, sein Schlüssel wird gelöscht. Chats damit bleiben.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>The provider {name} was removed.</source>
        <translation>Der Anbieter {name} wurde entfernt.</translation>
    </message>
</context>
<context>
    <name>ProviderDialog</name>
    <message>
        <source>Change {name}</source>
        <translation>{name} ändern</translation>
    </message>
    <message>
        <source>Add a remote provider</source>
        <translation>Entfernten Anbieter hinzufügen</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>For example: lab</source>
        <translation>Zum Beispiel: labor</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Empty if it needs none</source>
        <translation>Leer, wenn keiner nötig ist</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>What you ask its models leaves this computer. The key is kept in the system&apos;s keychain.</source>
        <translation>Was seine Modelle gefragt werden, verlässt diesen Computer. Der Schlüssel liegt im Schlüsselbund des Systems.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave empty to keep the key that is known</source>
        <translation>Leer lassen, um den bekannten zu behalten</translation>
    </message>
    <message>
        <source>A name has small letters, digits, - and _ only.</source>
        <translation>Ein Name hat nur Kleinbuchstaben, Ziffern, - und _.</translation>
    </message>
    <message>
        <source>Asking the provider for its models …</source>
        <translation>Der Anbieter wird nach seinen Modellen gefragt …</translation>
    </message>
</context>
<context>
    <name>QuestionActions</name>
    <message>
        <source>Copy message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Edit and send as a new branch</source>
        <translation>Bearbeiten und als neuen Zweig senden</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Edit message</source>
        <translation>Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Send as new branch</source>
        <translation>Als neuen Zweig senden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Show the whole message</source>
        <translation>Ganze Nachricht zeigen</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>Retrieval</name>
    <message>
        <source>page {number}</source>
        <translation>Seite {number}</translation>
    </message>
    <message>
        <source>{name} included whole</source>
        <translation>{name} ganz eingefügt</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Tokens</translation>
    </message>
    <message>
        <source>too long for the context</source>
        <translation>zu lang für den Kontext</translation>
    </message>
    <message>
        <source>{name} searched: {reason}</source>
        <translation>{name} durchsucht: {reason}</translation>
    </message>
    <message>
        <source>it could not be read</source>
        <translation>sie ließ sich nicht lesen</translation>
    </message>
    <message>
        <source>{name} left out: {reason}</source>
        <translation>{name} ausgelassen: {reason}</translation>
    </message>
    <message>
        <source>Searching your documents …</source>
        <translation>Deine Dokumente werden durchsucht …</translation>
    </message>
    <message>
        <source>Not in your documents</source>
        <translation>Nicht in deinen Dokumenten</translation>
    </message>
    <message>
        <source>Your documents could not be searched</source>
        <translation>Deine Dokumente ließen sich nicht durchsuchen</translation>
    </message>
    <message>
        <source>Looked into memory</source>
        <translation>Im Wissen nachgesehen</translation>
    </message>
    <message>
        <source>No passage was relevant enough for: {query}</source>
        <translation>Keine Textstelle passte gut genug zu: {query}</translation>
    </message>
    <message>
        <source>Looked for: {query}</source>
        <translation>Gesucht: {query}</translation>
    </message>
    <message>
        <source>{percent} % relevant</source>
        <translation>{percent} % passend</translation>
    </message>
</context>
<context>
    <name>RetrievalLine</name>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
</context>
<context>
    <name>SafetyPage</name>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>&amp;Safety</source>
        <translation>&amp;Sicherheit</translation>
    </message>
    <message>
        <source>Get a guard</source>
        <translation>Wächter holen</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Parts of the safety page</source>
        <translation>Teile der Sicherheitsseite</translation>
    </message>
</context>
<context>
    <name>SafetyWords</name>
    <message>
        <source>Hidden characters</source>
        <translation>Versteckte Zeichen</translation>
    </message>
    <message>
        <source>Keys and passwords</source>
        <translation>Schlüssel und Passwörter</translation>
    </message>
    <message>
        <source>Personal data</source>
        <translation>Persönliche Daten</translation>
    </message>
    <message>
        <source>Insecure code</source>
        <translation>Unsicherer Code</translation>
    </message>
    <message>
        <source>A model that judges texts by the categories below.</source>
        <translation>Ein Modell, das Texte nach den Kategorien unten beurteilt.</translation>
    </message>
    <message>
        <source>A small model that finds texts which try to give your model orders of their own.</source>
        <translation>Ein kleines Modell, das Texte findet, die deinem Modell eigene Befehle geben wollen.</translation>
    </message>
    <message>
        <source>Characters nobody sees, in which orders can be hidden.</source>
        <translation>Zeichen, die niemand sieht und in denen Befehle stecken können.</translation>
    </message>
    <message>
        <source>Access keys, tokens and passwords.</source>
        <translation>Zugangsschlüssel, Token und Passwörter.</translation>
    </message>
    <message>
        <source>E-mail addresses, telephone, card and account numbers.</source>
        <translation>E-Mail-Adressen, Telefon-, Karten- und Kontonummern.</translation>
    </message>
    <message>
        <source>Known mistakes in code that open a door to attackers.</source>
        <translation>Bekannte Fehler in Code, die Angreifern eine Tür öffnen.</translation>
    </message>
    <message>
        <source>Your messages</source>
        <translation>Deine Nachrichten</translation>
    </message>
    <message>
        <source>Found passages</source>
        <translation>Fundstellen</translation>
    </message>
    <message>
        <source>Tool results</source>
        <translation>Werkzeugergebnisse</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>your message</source>
        <translation>deine Nachricht</translation>
    </message>
    <message>
        <source>a found passage</source>
        <translation>eine Fundstelle</translation>
    </message>
    <message>
        <source>a tool result</source>
        <translation>ein Werkzeugergebnis</translation>
    </message>
    <message>
        <source>the answer</source>
        <translation>die Antwort</translation>
    </message>
    <message>
        <source>{text} from {subject}</source>
        <translation>{text} aus {subject}</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Warn</source>
        <translation>Warnen</translation>
    </message>
    <message>
        <source>Only log</source>
        <translation>Nur notieren</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Warned</source>
        <translation>Gewarnt</translation>
    </message>
    <message>
        <source>Logged</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Check failed, blocked</source>
        <translation>Nicht prüfbar, blockiert</translation>
    </message>
    <message>
        <source>Check failed, let through</source>
        <translation>Nicht prüfbar, durchgelassen</translation>
    </message>
    <message>
        <source>Check first</source>
        <translation>Erst prüfen</translation>
    </message>
    <message>
        <source>You see only what is already checked. Answers appear a sentence or two later.</source>
        <translation>Du siehst nur, was schon geprüft ist. Antworten erscheinen ein, zwei Sätze später.</translation>
    </message>
    <message>
        <source>Show and take back</source>
        <translation>Zeigen und zurücknehmen</translation>
    </message>
    <message>
        <source>You see everything at once. What is then found unsafe disappears again.</source>
        <translation>Du siehst alles sofort. Was dann als unsicher gilt, verschwindet wieder.</translation>
    </message>
    <message>
        <source>Check at the end</source>
        <translation>Am Ende prüfen</translation>
    </message>
    <message>
        <source>The finished answer is checked once. Quick, but you may have read it by then.</source>
        <translation>Die fertige Antwort wird einmal geprüft. Schnell, aber vielleicht hast du sie dann schon gelesen.</translation>
    </message>
    <message>
        <source>Nothing goes on unchecked. Without a working guard you get no answer.</source>
        <translation>Nichts geht ungeprüft weiter. Ohne funktionierenden Wächter bekommst du keine Antwort.</translation>
    </message>
    <message>
        <source>Let through and say so</source>
        <translation>Durchlassen und es sagen</translation>
    </message>
    <message>
        <source>The chat goes on, and a line tells that this text was not checked.</source>
        <translation>Der Chat geht weiter, und eine Zeile sagt, dass dieser Text nicht geprüft wurde.</translation>
    </message>
    <message>
        <source>Nothing, only a fingerprint</source>
        <translation>Nichts, nur einen Fingerabdruck</translation>
    </message>
    <message>
        <source>An excerpt</source>
        <translation>Einen Auszug</translation>
    </message>
    <message>
        <source>The whole text</source>
        <translation>Den ganzen Text</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Local API</source>
        <translation>Lokale API</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Test box</source>
        <translation>Testfeld</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>Streng</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Relaxed</source>
        <translation>Nachsichtig</translation>
    </message>
    <message>
        <source>Finds more, and stops harmless texts more often.</source>
        <translation>Findet mehr und hält öfter harmlose Texte an.</translation>
    </message>
    <message>
        <source>What is more likely unsafe than safe is found.</source>
        <translation>Findet, was eher unsicher als sicher ist.</translation>
    </message>
    <message>
        <source>Finds only what is almost certain, and misses more.</source>
        <translation>Findet nur fast Sicheres und übersieht mehr.</translation>
    </message>
    <message>
        <source>{words}: from {percent} % on</source>
        <translation>{words}: ab {percent} %</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>ScoreBars</name>
    <message>
        <source>Probabilities</source>
        <translation>Wahrscheinlichkeiten</translation>
    </message>
</context>
<context>
    <name>SearchModel</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
</context>
<context>
    <name>SearchView</name>
    <message>
        <source>Ask or look for words</source>
        <translation>Frage oder Wörter suchen</translation>
    </message>
    <message>
        <source>Search in this bank</source>
        <translation>In dieser Bank suchen</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>Was verglichen wird</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mehr zeigen</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>Sucht …</translation>
    </message>
    <message>
        <source>Passages found</source>
        <translation>Gefundene Textstellen</translation>
    </message>
    <message>
        <source>There is nothing to search yet: no document of this bank is ready.</source>
        <translation>Noch gibt es nichts zu durchsuchen: Kein Dokument dieser Bank ist bereit.</translation>
    </message>
    <message>
        <source>Not in this bank.</source>
        <translation>Nicht in dieser Bank.</translation>
    </message>
    <message>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
</context>
<context>
    <name>SettingChoices</name>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Simple</source>
        <translation>Einfach</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>Experte</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>Die ältesten Runden weglassen</translation>
    </message>
    <message>
        <source>Refuse the message</source>
        <translation>Die Nachricht ablehnen</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source> bytes</source>
        <translation> Byte</translation>
    </message>
    <message>
        <source> a minute</source>
        <translation> pro Minute</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Any free port</source>
        <translation>Irgendein freier</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Unbegrenzt</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zur Vorgabe</translation>
    </message>
    <message>
        <source>Back to the default: {title}</source>
        <translation>Zurück zur Vorgabe: {title}</translation>
    </message>
    <message>
        <source>Open Models</source>
        <translation>Modelle öffnen</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Wissen</translation>
    </message>
    <message>
        <source>Local API</source>
        <translation>Lokale API</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Traces</source>
        <translation>Spuren</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Follow the system, or stay light or dark.</source>
        <translation>Dem System folgen, oder hell oder dunkel bleiben.</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Simple hides sampling, traces and raw numbers; Expert shows everything.</source>
        <translation>Einfach verbirgt Sampling, Spuren und rohe Zahlen; Experte zeigt alles.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language of the window. Takes effect after a restart.</source>
        <translation>Die Sprache des Fensters. Gilt nach einem Neustart.</translation>
    </message>
    <message>
        <source>Default model</source>
        <translation>Standardmodell</translation>
    </message>
    <message>
        <source>The model of a new chat; empty means the one used last.</source>
        <translation>Das Modell eines neuen Chats; leer bedeutet das zuletzt benutzte.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Given to the model at the start of every new chat.</source>
        <translation>Bekommt das Modell am Anfang jedes neuen Chats.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Higher is more varied, 0 always takes the likeliest token.</source>
        <translation>Höher ist vielfältiger, 0 nimmt immer das wahrscheinlichste Token.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keep the likeliest tokens up to this share.</source>
        <translation>Die wahrscheinlichsten Token bis zu diesem Anteil behalten.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keep this many of the likeliest tokens; 0 is off.</source>
        <translation>So viele der wahrscheinlichsten Token behalten; 0 ist aus.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Drop tokens below this share of the best one.</source>
        <translation>Token unter diesem Anteil des besten verwerfen.</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>Wenn der Kontext voll ist</translation>
    </message>
    <message>
        <source>Leave the oldest turns out and say so, or refuse the turn.</source>
        <translation>Die ältesten Runden weglassen und es sagen, oder die Nachricht ablehnen.</translation>
    </message>
    <message>
        <source>Unload when idle</source>
        <translation>Entladen bei Ruhe</translation>
    </message>
    <message>
        <source>Minutes without use after which a model leaves memory; 0 never.</source>
        <translation>Minuten ohne Benutzung, nach denen ein Modell den Speicher verlässt; 0 nie.</translation>
    </message>
    <message>
        <source>Hub address</source>
        <translation>Hub-Adresse</translation>
    </message>
    <message>
        <source>Where models are searched and downloaded; empty is huggingface.co.</source>
        <translation>Wo Modelle gesucht und geladen werden; leer ist huggingface.co.</translation>
    </message>
    <message>
        <source>Remote providers</source>
        <translation>Entfernte Anbieter</translation>
    </message>
    <message>
        <source>Servers whose models appear beside the local ones.</source>
        <translation>Server, deren Modelle neben den lokalen erscheinen.</translation>
    </message>
    <message>
        <source>Embedding model</source>
        <translation>Einbettungsmodell</translation>
    </message>
    <message>
        <source>The model of a new memory bank; empty means the one installed.</source>
        <translation>Das Modell einer neuen Wissensbank; leer bedeutet das mitgelieferte.</translation>
    </message>
    <message>
        <source>Embedding implementation</source>
        <translation>Ausführung der Einbettung</translation>
    </message>
    <message>
        <source>Automatic takes the fastest one whose vectors are those of the exact one.</source>
        <translation>Automatisch nimmt die schnellste, deren Vektoren denen der genauen gleichen.</translation>
    </message>
    <message>
        <source>Embedding threads</source>
        <translation>Einbettungs-Threads</translation>
    </message>
    <message>
        <source>Threads that embed; 0 lets Paddock choose.</source>
        <translation>Threads zum Einbetten; bei 0 wählt Paddock.</translation>
    </message>
    <message>
        <source>Reading limit</source>
        <translation>Zeit zum Lesen</translation>
    </message>
    <message>
        <source>Seconds one document may take to read.</source>
        <translation>Sekunden, die ein Dokument zum Lesen brauchen darf.</translation>
    </message>
    <message>
        <source>Reading memory</source>
        <translation>Arbeitsspeicher zum Lesen</translation>
    </message>
    <message>
        <source>Megabytes reading one document may need.</source>
        <translation>Megabyte, die das Lesen eines Dokuments brauchen darf.</translation>
    </message>
    <message>
        <source>Largest document</source>
        <translation>Größtes Dokument</translation>
    </message>
    <message>
        <source>Megabytes a document may have.</source>
        <translation>Megabyte, die ein Dokument haben darf.</translation>
    </message>
    <message>
        <source>Keep responses</source>
        <translation>Antworten aufbewahren</translation>
    </message>
    <message>
        <source>Days that answers to apps can be fetched again.</source>
        <translation>Tage, in denen Antworten an Programme erneut abgerufen werden können.</translation>
    </message>
    <message>
        <source>Serve other apps</source>
        <translation>Andere Programme bedienen</translation>
    </message>
    <message>
        <source>Answer on 127.0.0.1 while Paddock is open.</source>
        <translation>Auf 127.0.0.1 antworten, solange Paddock offen ist.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Port of the local endpoint; 0 takes any free one.</source>
        <translation>Port des lokalen Endpunkts; 0 nimmt irgendeinen freien.</translation>
    </message>
    <message>
        <source>Require a key</source>
        <translation>Schlüssel verlangen</translation>
    </message>
    <message>
        <source>Refuse requests that do not carry the key.</source>
        <translation>Anfragen ohne den Schlüssel ablehnen.</translation>
    </message>
    <message>
        <source>Allowed origins</source>
        <translation>Erlaubte Herkunft</translation>
    </message>
    <message>
        <source>Web pages that may call the endpoint; none by default.</source>
        <translation>Webseiten, die den Endpunkt aufrufen dürfen; zunächst keine.</translation>
    </message>
    <message>
        <source>Largest request</source>
        <translation>Größte Anfrage</translation>
    </message>
    <message>
        <source>Bytes a request body may have.</source>
        <translation>Bytes, die der Rumpf einer Anfrage haben darf.</translation>
    </message>
    <message>
        <source>Largest upload</source>
        <translation>Größte Datei</translation>
    </message>
    <message>
        <source>Bytes a file may have that an app hands in.</source>
        <translation>Bytes, die eine Datei haben darf, die eine App übergibt.</translation>
    </message>
    <message>
        <source>Request rate</source>
        <translation>Anfragerate</translation>
    </message>
    <message>
        <source>Requests a minute from one key; 0 is no limit.</source>
        <translation>Anfragen pro Minute mit einem Schlüssel; 0 ist unbegrenzt.</translation>
    </message>
    <message>
        <source>Queue limit</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Requests that may wait for one model.</source>
        <translation>Anfragen, die auf ein Modell warten dürfen.</translation>
    </message>
    <message>
        <source>Parallel requests</source>
        <translation>Gleichzeitige Anfragen</translation>
    </message>
    <message>
        <source>Requests one model decodes together.</source>
        <translation>Anfragen, die ein Modell zusammen bearbeitet.</translation>
    </message>
    <message>
        <source>Load limit</source>
        <translation>Grenze fürs Laden</translation>
    </message>
    <message>
        <source>Seconds a model may take to load.</source>
        <translation>Sekunden, die das Laden eines Modells dauern darf.</translation>
    </message>
    <message>
        <source>Template limit</source>
        <translation>Grenze für Vorlagen</translation>
    </message>
    <message>
        <source>Seconds a chat template may run.</source>
        <translation>Sekunden, die eine Chat-Vorlage laufen darf.</translation>
    </message>
    <message>
        <source>Shutdown limit</source>
        <translation>Grenze fürs Beenden</translation>
    </message>
    <message>
        <source>Seconds a model process may take to end.</source>
        <translation>Sekunden, die ein Modellprozess zum Enden brauchen darf.</translation>
    </message>
    <message>
        <source>Keychain limit</source>
        <translation>Grenze für den Schlüsselbund</translation>
    </message>
    <message>
        <source>Seconds the system&apos;s keychain may take.</source>
        <translation>Sekunden, die der Schlüsselbund des Systems brauchen darf.</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Grenze fürs Netz</translation>
    </message>
    <message>
        <source>Seconds without a byte before a connection fails.</source>
        <translation>Sekunden ohne ein Byte, bis eine Verbindung scheitert.</translation>
    </message>
    <message>
        <source>Remote limit</source>
        <translation>Grenze für Entfernte</translation>
    </message>
    <message>
        <source>Seconds a remote model may stay silent.</source>
        <translation>Sekunden, die ein entferntes Modell schweigen darf.</translation>
    </message>
    <message>
        <source>Keep traces</source>
        <translation>Spuren behalten</translation>
    </message>
    <message>
        <source>Days after which spans are removed.</source>
        <translation>Tage, nach denen Spans entfernt werden.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen suchen</translation>
    </message>
    <message>
        <source>Examine this computer</source>
        <translation>Computer untersuchen</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
    <message>
        <source>Switch to Expert</source>
        <translation>Zum Expertenmodus</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>versions data folder examine</source>
        <translation>Versionen Datenordner untersuchen</translation>
    </message>
    <message>
        <source>No setting has the words “{query}”.</source>
        <translation>Keine Einstellung enthält die Wörter „{query}“.</translation>
    </message>
    <message numerus="yes">
        <source>%n more setting(s) are shown in Expert mode.</source>
        <translation>
            <numerusform>%n weitere Einstellung zeigt der Expertenmodus.</numerusform>
            <numerusform>%n weitere Einstellungen zeigt der Expertenmodus.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shield</name>
    <message>
        <source>Checking {text} …</source>
        <translation>Prüft {text} …</translation>
    </message>
    <message>
        <source>Blocked {text}: {found}</source>
        <translation>Blockiert ({text}): {found}</translation>
    </message>
    <message>
        <source>Warning about {text}: {found}</source>
        <translation>Warnung ({text}): {found}</translation>
    </message>
    <message>
        <source>Not checked: {reason}</source>
        <translation>Nicht geprüft: {reason}</translation>
    </message>
    <message>
        <source>The check of {text} did not end</source>
        <translation>Die Prüfung endete nicht ({text})</translation>
    </message>
    <message>
        <source>A shield blocked this.</source>
        <translation>Ein Prüfer hat das blockiert.</translation>
    </message>
    <message>
        <source>{title}: {found}</source>
        <translation>{title}: {found}</translation>
    </message>
    <message>
        <source>{title}: the check failed</source>
        <translation>{title}: Die Prüfung ist gescheitert</translation>
    </message>
    <message>
        <source>Your message was not sent on</source>
        <translation>Deine Nachricht wurde nicht weitergegeben</translation>
    </message>
    <message>
        <source>The answer was taken back</source>
        <translation>Die Antwort wurde zurückgenommen</translation>
    </message>
    <message>
        <source>The answer is not shown</source>
        <translation>Die Antwort wird nicht gezeigt</translation>
    </message>
    <message>
        <source>Stopped because of {text}</source>
        <translation>Angehalten durch {text}</translation>
    </message>
    <message>
        <source>Checked; in the log: {found}</source>
        <translation>Geprüft; im Protokoll: {found}</translation>
    </message>
    <message>
        <source>Checked: nothing found</source>
        <translation>Geprüft: nichts gefunden</translation>
    </message>
    <message>
        <source>Checked by rules only: nothing found ({names})</source>
        <translation>Nur nach Mustern geprüft: nichts gefunden ({names})</translation>
    </message>
    <message>
        <source>policy version {number}</source>
        <translation>Regelversion {number}</translation>
    </message>
    <message>
        <source>Probability of being unsafe: {percent}</source>
        <translation>Unsicher mit einer Wahrscheinlichkeit von {percent}</translation>
    </message>
</context>
<context>
    <name>ShieldCard</name>
    <message>
        <source>Get {shield}</source>
        <translation>{shield} holen</translation>
    </message>
    <message>
        <source>How sure {shield} must be</source>
        <translation>Wie sicher {shield} sein muss</translation>
    </message>
    <message>
        <source>Choose where it looks, or switch it off.</source>
        <translation>Wähle, was geprüft wird, oder schalte es aus.</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Sieht nach …</translation>
    </message>
    <message>
        <source>Looks at</source>
        <translation>Prüft</translation>
    </message>
    <message>
        <source>What it finds</source>
        <translation>Funde</translation>
    </message>
    <message>
        <source>How careful</source>
        <translation>Wie streng</translation>
    </message>
    <message>
        <source>When {shield} finds something</source>
        <translation>Wenn {shield} etwas findet</translation>
    </message>
    <message>
        <source>{shield} is off.</source>
        <translation>{shield} ist aus.</translation>
    </message>
</context>
<context>
    <name>ShieldLine</name>
    <message>
        <source>What the shields said</source>
        <translation>Was die Prüfer sagten</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Einstellungen des Chats</translation>
    </message>
    <message>
        <source>Most passages</source>
        <translation>Textstellen höchstens</translation>
    </message>
    <message>
        <source>Least relevance</source>
        <translation>Mindestens passend</translation>
    </message>
    <message>
        <source>Answer from documents only</source>
        <translation>Nur aus Dokumenten antworten</translation>
    </message>
    <message>
        <source>When nothing is found, the chat says so without asking the model.</source>
        <translation>Wird nichts gefunden, sagt der Chat das, ohne das Modell zu fragen.</translation>
    </message>
    <message>
        <source>How should the model behave? For example: answer briefly, in plain words.</source>
        <translation>Wie soll sich das Modell verhalten? Zum Beispiel: antworte kurz und in einfachen Worten.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Longest answer in tokens</source>
        <translation>Längste Antwort in Token</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>Wenn der Kontext voll ist</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>Älteste Beiträge weglassen</translation>
    </message>
    <message>
        <source>Refuse the message</source>
        <translation>Nachricht ablehnen</translation>
    </message>
    <message>
        <source>Look things up in</source>
        <translation>Nachschlagen in</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Reset sampling</source>
        <translation>Sampling zurücksetzen</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Source {number}: {name}</source>
        <translation>Quelle {number}: {name}</translation>
    </message>
</context>
<context>
    <name>StarterBanner</name>
    <message>
        <source>See better models</source>
        <translation>Bessere Modelle ansehen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>{model} is a small starter model: quick, but often wrong.</source>
        <translation>{model} ist ein kleines Startmodell: schnell, aber oft falsch.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Starting the engine …</source>
        <translation>Die Engine startet …</translation>
    </message>
    <message>
        <source>The engine could not start</source>
        <translation>Die Engine konnte nicht starten</translation>
    </message>
    <message>
        <source>No model loaded</source>
        <translation>Kein Modell geladen</translation>
    </message>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} Token/s</translation>
    </message>
    <message>
        <source>API on, port {port}</source>
        <translation>API an, Port {port}</translation>
    </message>
    <message>
        <source>API off</source>
        <translation>API aus</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n Aufgabe</numerusform>
            <numerusform>%n Aufgaben</numerusform>
        </translation>
    </message>
    <message>
        <source>No jobs</source>
        <translation>Keine Aufgaben</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
</context>
<context>
    <name>TextDialog</name>
    <message>
        <source>Add text</source>
        <translation>Text hinzufügen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Paste or write the text here</source>
        <translation>Text hier einfügen oder schreiben</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>TextEditor</name>
    <message>
        <source>One on each line</source>
        <translation>Je eine pro Zeile</translation>
    </message>
</context>
<context>
    <name>TokenField</name>
    <message>
        <source>Hub token, hf_…</source>
        <translation>Hub-Token, hf_…</translation>
    </message>
    <message>
        <source>Hub token</source>
        <translation>Hub-Token</translation>
    </message>
    <message>
        <source>Keep token</source>
        <translation>Token behalten</translation>
    </message>
    <message>
        <source>The token is in the system&apos;s keychain.</source>
        <translation>Das Token liegt im Schlüsselbund des Systems.</translation>
    </message>
    <message>
        <source>There is no keychain here; the token is kept until Paddock closes.</source>
        <translation>Hier gibt es keinen Schlüsselbund; das Token gilt, bis Paddock geschlossen wird.</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message>
        <source>Arriving</source>
        <translation>Kommt an</translation>
    </message>
</context>
<context>
    <name>TrialConversation</name>
    <message>
        <source>Add a message</source>
        <translation>Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>Remove this message</source>
        <translation>Diese Nachricht entfernen</translation>
    </message>
</context>
<context>
    <name>TrialView</name>
    <message>
        <source>Write or paste a text, then press Ctrl+Enter</source>
        <translation>Text schreiben oder einfügen, dann Strg+Eingabe</translation>
    </message>
    <message>
        <source>Text to check</source>
        <translation>Text, der geprüft wird</translation>
    </message>
    <message>
        <source>Conversation before it</source>
        <translation>Gespräch davor</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Let all shields of this side look at the text</source>
        <translation>Alle Prüfer dieser Seite den Text ansehen lassen</translation>
    </message>
    <message>
        <source>Stop checking</source>
        <translation>Nicht weiter prüfen</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Prüft …</translation>
    </message>
    <message>
        <source>Who says it</source>
        <translation>Wer es sagt</translation>
    </message>
    <message>
        <source>As me</source>
        <translation>Als ich</translation>
    </message>
    <message>
        <source>As the model</source>
        <translation>Als das Modell</translation>
    </message>
    <message>
        <source>As a passage of a document</source>
        <translation>Als Abschnitt eines Dokuments</translation>
    </message>
    <message>
        <source>As the result of a tool</source>
        <translation>Als Ergebnis eines Werkzeugs</translation>
    </message>
    <message>
        <source>See what the shields say to a text, with the policy as it is now. Nothing is sent to a chat.</source>
        <translation>Sieh, was die Prüfer zu einem Text sagen, mit den Regeln, wie sie jetzt sind. Nichts davon geht in einen Chat.</translation>
    </message>
    <message>
        <source>Test box</source>
        <translation>Testfeld</translation>
    </message>
    <message>
        <source>No shield looks at this side. Switch one on under Policy.</source>
        <translation>Kein Prüfer sieht diese Seite an. Schalte einen unter Regeln ein.</translation>
    </message>
    <message>
        <source>Let through, but not everything could be checked</source>
        <translation>Durchgelassen, aber nicht alles konnte geprüft werden</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>{speed} tok/s</source>
        <translation>{speed} Token/s</translation>
    </message>
    <message>
        <source>first token after {seconds} s</source>
        <translation>erstes Token nach {seconds} s</translation>
    </message>
    <message>
        <source>Model: {model}</source>
        <translation>Modell: {model}</translation>
    </message>
    <message>
        <source>Prompt: {prompt} tokens, {cached} of them from the cache</source>
        <translation>Prompt: {prompt} Token, davon {cached} aus dem Cache</translation>
    </message>
    <message>
        <source>Answer: {answer} tokens</source>
        <translation>Antwort: {answer} Token</translation>
    </message>
    <message>
        <source>Waited {queued} s, first token after {first} s, wrote for {wrote} s</source>
        <translation>{queued} s gewartet, erstes Token nach {first} s, {wrote} s geschrieben</translation>
    </message>
    <message>
        <source>Ended by: {reason}</source>
        <translation>Ende durch: {reason}</translation>
    </message>
    <message>
        <source>{left_out}: the context of {size} tokens is full.</source>
        <translation>{left_out}: Der Kontext von {size} Token ist voll.</translation>
    </message>
    <message>
        <source>The answer ends here because the context is full.</source>
        <translation>Die Antwort endet hier, weil der Kontext voll ist.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>What was written until then is kept.</source>
        <translation>Was bis dahin geschrieben war, ist erhalten.</translation>
    </message>
    <message>
        <source>Paddock ended while this answer was being written.</source>
        <translation>Paddock wurde beendet, während diese Antwort entstand.</translation>
    </message>
    <message>
        <source>The answer failed.</source>
        <translation>Die Antwort ist fehlgeschlagen.</translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>Message: {text}</source>
        <translation>Nachricht: {text}</translation>
    </message>
    <message>
        <source>The answer was taken back.</source>
        <translation>Die Antwort wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>VerdictView</name>
    <message>
        <source>Gives orders</source>
        <translation>Gibt Befehle</translation>
    </message>
    <message>
        <source>policy version {number}</source>
        <translation>Regelversion {number}</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Find in this part</source>
        <translation>In diesem Teil suchen</translation>
    </message>
    <message>
        <source>Text of {name}</source>
        <translation>Text von {name}</translation>
    </message>
    <message>
        <source>part {number} of {count}</source>
        <translation>Teil {number} von {count}</translation>
    </message>
    <message>
        <source>page {number} of {count}</source>
        <translation>Seite {number} von {count}</translation>
    </message>
    <message>
        <source>{place}, {number} of {count}</source>
        <translation>{place}, {number} von {count}</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Voriger Teil</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Nächster Teil</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What would you like to talk about?</source>
        <translation>Worüber möchtest du sprechen?</translation>
    </message>
    <message>
        <source>What you write is sent to the remote provider “{provider}”.</source>
        <translation>Was du schreibst, geht an den entfernten Anbieter „{provider}“.</translation>
    </message>
    <message>
        <source>Everything you write stays on this machine.</source>
        <translation>Alles, was du schreibst, bleibt auf diesem Rechner.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>loading {percent} %</source>
        <translation>lädt {percent} %</translation>
    </message>
    <message>
        <source>failed: {reason}</source>
        <translation>fehlgeschlagen: {reason}</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>unloading</source>
        <translation>wird entladen</translation>
    </message>
    <message>
        <source>not loaded</source>
        <translation>nicht geladen</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>Älter</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n Token</numerusform>
            <numerusform>%n Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n oldest turn(s) left out</source>
        <translation>
            <numerusform>%n ältester Beitrag weggelassen</numerusform>
            <numerusform>%n älteste Beiträge weggelassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searched %n bank(s)</source>
        <translation>
            <numerusform>%n Bank durchsucht</numerusform>
            <numerusform>%n Banken durchsucht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s)</source>
        <translation>
            <numerusform>%n Textstelle</numerusform>
            <numerusform>%n Textstellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s)</source>
        <translation>
            <numerusform>%n Dokument</numerusform>
            <numerusform>%n Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s)</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reading %n document(s)</source>
        <translation>
            <numerusform>liest %n Dokument</numerusform>
            <numerusform>liest %n Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s) failed</source>
        <translation>
            <numerusform>%n Dokument fehlgeschlagen</numerusform>
            <numerusform>%n Dokumente fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s) added.</source>
        <translation>
            <numerusform>%n Dokument hinzugefügt.</numerusform>
            <numerusform>%n Dokumente hinzugefügt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unchanged file(s).</source>
        <translation>
            <numerusform>%n unveränderte Datei.</numerusform>
            <numerusform>%n unveränderte Dateien.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left out</source>
        <translation>
            <numerusform>%n Datei ausgelassen</numerusform>
            <numerusform>%n Dateien ausgelassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more part(s)</source>
        <translation>
            <numerusform>und %n weiterer Teil</numerusform>
            <numerusform>und %n weitere Teile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s)</source>
        <translation>
            <numerusform>%n Zeichen</numerusform>
            <numerusform>%n Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mention(s)</source>
        <translation>
            <numerusform>%n Nennung</numerusform>
            <numerusform>%n Nennungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s) found</source>
        <translation>
            <numerusform>%n Textstelle gefunden</numerusform>
            <numerusform>%n Textstellen gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more relation(s) found.</source>
        <translation>
            <numerusform>%n weitere Beziehung gefunden.</numerusform>
            <numerusform>%n weitere Beziehungen gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entr(y/ies)</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n agent(s)</source>
        <translation>
            <numerusform>%n Agent</numerusform>
            <numerusform>%n Agenten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n Unterhaltung</numerusform>
            <numerusform>%n Unterhaltungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s)</source>
        <translation>
            <numerusform>%n Antwort</numerusform>
            <numerusform>%n Antworten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Form</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>Who says it</source>
        <translation>Wer es sagt</translation>
    </message>
    <message>
        <source>Me</source>
        <translation>Ich</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
</context>
<context>
    <name>_PickerPopover</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Manage models …</source>
        <translation>Modelle verwalten …</translation>
    </message>
</context>
</TS>
