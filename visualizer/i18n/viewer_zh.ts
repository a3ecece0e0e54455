<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh" sourcelanguage="en">
<context>
    <name>Compare</name>
    <message>
        <source>default gateway = DIP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 up with the VIP, no ARP for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VIP on %1, no ARP for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>adds an outer IP header</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 out, %2 back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MAC only, IP addresses untouched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rewrites</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reply path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>direct, past the director</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>through the director</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real server needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any port mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>same L2 segment, same port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any network, same port, MTU −20</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message>
        <source>%1 needs a value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no address and no role</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no packet %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown word %1; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HookMap</name>
    <message>
        <source>in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>route?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>socket</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Quiz</name>
    <message>
        <source>no address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The packet ends on %1. Why?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which real server does IPVS give this packet to?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which address does IPVS change in this packet?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose MAC address is on the frame: which host takes it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which hook does the packet pass next on %1?</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>byte %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>point %1 is incomplete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line %1 is no line of results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no results in it; --json and --csv of lvs-nat, lvs-dr and lvs-tun have them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>receive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>routing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS transmit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tunnel in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tunnel out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>socket</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>transmit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StageSentence</name>
    <message>
        <source>The frame comes in from the wire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PREROUTING lets it pass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The routing table is asked where it goes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>INPUT: the packet is for this host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FORWARD: the packet passes through, TTL less one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OUTPUT: the packet leaves this host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>POSTROUTING: the last hook before the wire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS looks for the connection or the service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS knows this reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IPVS sends it to the real server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The outer IP header is taken off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tunnel puts an outer IP header in front</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handed to the socket</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It waits: ARP asks for the next hop&apos;s MAC address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The neighbour table knows the next hop&apos;s MAC address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP message received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ARP message sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame goes out to the wire</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::CompareScreen</name>
    <message>
        <source>No connection to show</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::ConsoleView</name>
    <message>
        <source>Console</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing so far</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::HeaderPanel</name>
    <message>
        <source>+ added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>− removed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no L2 header yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed by this stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The packet begins here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Headers: the packet begins here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Headers: before → after this stage</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::HelpOverlay</name>
    <message>
        <source>stage back, stage on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>packet before, packet after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next rewrite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>follow this connection, show all again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>start and end of the walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>play, pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slower, faster</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>newest packet of a live trace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>filter: host:rs1 port:80 hook:FORWARD verdict:drop arp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search: next stage that fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next table of the host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tabs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>projector mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light or dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>English or Chinese</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom in, out, fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>quiz</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save this view, go to a saved one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy a link to this moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>go to a link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>export as PNG, SVG, PDF or frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open a trace or results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::HookPanel</name>
    <message>
        <source>%1 is a real machine: only the frames on its cable are seen, its hooks are not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this packet does not pass here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>local</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::Live</name>
    <message>
        <source>live, paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>live</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::MainWindow</name>
    <message>
        <source>copied: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no rewrite after this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no drop after this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this packet belongs to no connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no stage after this one fits: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stages a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>view saved; V lists the saved ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no view is saved yet; S saves one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link or PACKET,STAGE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no link of the form lvs://FILE#PACKET,STAGE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traces and results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every stage of the packet, numbered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) written</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>This screen needs other files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>standard input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This window is too small: %1 x %2 at least</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+O opens a trace, or drop one here. A run with --trace FILE.pcapng writes one: lvs-lab run LAB --trace walk.pcapng</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no packets in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No trace is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← → step   + − zoom   ↑ ↓ packets   ? keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← → rate   Ctrl E export   ? keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>host:rs1  addr:VIP  port:80  hook:FORWARD  verdict:drop  conn:1  arp  rewrite</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::PacketListModel</name>
    <message>
        <source>Time (ms)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From → to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::PacketStrip</name>
    <message>
        <source>was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>who has</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>broadcast: every host on this segment hears it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1/%2 · packet %3 · %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::QuizPanel</name>
    <message>
        <source>%1 of %2 right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiz</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No more questions in this trace. Q ends the quiz.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys 1 to %1 answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return: next question   Q: end</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::ResultsScreen</name>
    <message>
        <source>real servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 a server</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n director(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>published: %1 MB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>published: %n server(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Throughput of the cluster, MB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Director&apos;s CPU, %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Through the director, MB/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::Session</name>
    <message>
        <source>No packet fits: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::TopBar</name>
    <message>
        <source>LVS packet walk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← → stage   ↑ ↓ packet   Space play   P projector   ? keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::TopologyView</name>
    <message>
        <source>Topology</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dashed: real machines, without hooks here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::TransportBar</name>
    <message>
        <source>dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>address rewritten / tunnelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other packets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>longer than %1 stages; the rest is not shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>following one connection; C shows all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>filter: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lvs::view::WhyCard</name>
    <message>
        <source>Why dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
