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
</context>
</TS>
