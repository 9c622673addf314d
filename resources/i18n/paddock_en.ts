<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AnswerView</name>
    <message numerus="yes">
        <source>Show the whole answer (%n character(s))</source>
        <translation>
            <numerusform>Show the whole answer (%n character)</numerusform>
            <numerusform>Show the whole answer (%n characters)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message numerus="yes">
        <source>Memory banks of this chat: %n</source>
        <translation>
            <numerusform>Memory banks of this chat: %n</numerusform>
            <numerusform>Memory banks of this chat: %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Computer</name>
    <message numerus="yes">
        <source>%n thing(s) need attention.</source>
        <translation>
            <numerusform>%n thing needs attention.</numerusform>
            <numerusform>%n things need attention.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListPanel</name>
    <message numerus="yes">
        <source>%n chat(s) deleted.</source>
        <translation>
            <numerusform>%n chat deleted.</numerusform>
            <numerusform>%n chats deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProviderDetails</name>
    <message numerus="yes">
        <source>{name} serves %n model(s).</source>
        <translation>
            <numerusform>{name} serves %n model.</numerusform>
            <numerusform>{name} serves %n models.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message numerus="yes">
        <source>%n more setting(s) are shown in Expert mode.</source>
        <translation>
            <numerusform>%n more setting is shown in Expert mode.</numerusform>
            <numerusform>%n more settings are shown in Expert mode.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n oldest turn(s) left out</source>
        <translation>
            <numerusform>%n oldest turn left out</numerusform>
            <numerusform>%n oldest turns left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searched %n bank(s)</source>
        <translation>
            <numerusform>Searched %n bank</numerusform>
            <numerusform>Searched %n banks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s)</source>
        <translation>
            <numerusform>%n passage</numerusform>
            <numerusform>%n passages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s)</source>
        <translation>
            <numerusform>%n document</numerusform>
            <numerusform>%n documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s)</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reading %n document(s)</source>
        <translation>
            <numerusform>reading %n document</numerusform>
            <numerusform>reading %n documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s) failed</source>
        <translation>
            <numerusform>%n document failed</numerusform>
            <numerusform>%n documents failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n document(s) added.</source>
        <translation>
            <numerusform>%n document added.</numerusform>
            <numerusform>%n documents added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unchanged file(s).</source>
        <translation>
            <numerusform>%n unchanged file.</numerusform>
            <numerusform>%n unchanged files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left out</source>
        <translation>
            <numerusform>%n file left out</numerusform>
            <numerusform>%n files left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more part(s)</source>
        <translation>
            <numerusform>and %n more part</numerusform>
            <numerusform>and %n more parts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s)</source>
        <translation>
            <numerusform>%n character</numerusform>
            <numerusform>%n characters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mention(s)</source>
        <translation>
            <numerusform>%n mention</numerusform>
            <numerusform>%n mentions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s) found</source>
        <translation>
            <numerusform>%n passage found</numerusform>
            <numerusform>%n passages found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more relation(s) found.</source>
        <translation>
            <numerusform>%n more relation found.</numerusform>
            <numerusform>%n more relations found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entr(y/ies)</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n agent(s)</source>
        <translation>
            <numerusform>%n agent</numerusform>
            <numerusform>%n agents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s)</source>
        <translation>
            <numerusform>%n answer</numerusform>
            <numerusform>%n answers</numerusform>
        </translation>
    </message>
</context>
</TS>
