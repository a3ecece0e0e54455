<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>lvs::view::MainWindow</name>
    <message numerus="yes">
        <source>%n picture(s) written</source>
        <translation>
            <numerusform>%n picture written</numerusform>
            <numerusform>%n pictures written</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>copied: %n line(s)</source>
        <translation>
            <numerusform>copied: %n line</numerusform>
            <numerusform>copied: %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::PacketStrip</name>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::ResultsScreen</name>
    <message numerus="yes">
        <source>%n director(s)</source>
        <translation>
            <numerusform>%n director</numerusform>
            <numerusform>%n directors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>published: %n server(s)</source>
        <translation>
            <numerusform>published: %n server</numerusform>
            <numerusform>published: %n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n server(s)</source>
        <translation>
            <numerusform>%n server</numerusform>
            <numerusform>%n servers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::Timeline</name>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::TopologyView</name>
    <message numerus="yes">
        <source>%1 with %n server(s)</source>
        <translation>
            <numerusform>%1 with %n server</numerusform>
            <numerusform>%1 with %n servers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n host</numerusform>
            <numerusform>%n hosts</numerusform>
        </translation>
    </message>
</context>
</TS>
