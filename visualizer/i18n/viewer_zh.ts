<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh" sourcelanguage="en">
<context>
    <name>Accessible</name>
    <message>
        <source>Screen</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Tabs</source>
        <translation>标签页</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>拓扑</translation>
    </message>
    <message>
        <source>Packet</source>
        <translation>报文</translation>
    </message>
    <message>
        <source>Hooks of the host</source>
        <translation>主机的钩子</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Headers before and after</source>
        <translation>处理前后的首部</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Tables and console</source>
        <translation>表与控制台</translation>
    </message>
    <message>
        <source>Play and step</source>
        <translation>播放与步进</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Quiz</source>
        <translation>测验</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>ARP: who answers</source>
        <translation>ARP：谁应答</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>Answers, in this order</source>
        <translation>应答，按此次序</translation>
    </message>
    <message>
        <source>Keeps silent (arp_ignore)</source>
        <translation>保持沉默（arp_ignore）</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>VIP on %1, no ARP for it</source>
        <translation>VIP 在 %1 上，不应答其 ARP</translation>
    </message>
    <message>
        <source>adds an outer IP header</source>
        <translation>外加一层 IP 头</translation>
    </message>
    <message>
        <source>%1 out, %2 back</source>
        <translation>去程 %1，回程 %2</translation>
    </message>
    <message>
        <source>%1 out</source>
        <translation>去程 %1</translation>
    </message>
    <message>
        <source>MAC only, IP addresses untouched</source>
        <translation>只改 MAC，IP 地址不变</translation>
    </message>
    <message>
        <source>Rewrites</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Reply path</source>
        <translation>应答路径</translation>
    </message>
    <message>
        <source>direct, past the director</source>
        <translation>直接返回，不经调度器</translation>
    </message>
    <message>
        <source>through the director</source>
        <translation>经过调度器</translation>
    </message>
    <message>
        <source>Allows</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>any port mapping</source>
        <translation>任意端口映射</translation>
    </message>
    <message>
        <source>same L2 segment, same port</source>
        <translation>同一二层网段，端口相同</translation>
    </message>
    <message>
        <source>any network, same port, MTU −20</source>
        <translation>任意网络，端口相同，MTU −20</translation>
    </message>
    <message>
        <source>no default gateway</source>
        <translation>没有默认网关</translation>
    </message>
    <message>
        <source>default gateway = %1</source>
        <translation>默认网关 = %1</translation>
    </message>
    <message>
        <source>no VIP</source>
        <translation>没有 VIP</translation>
    </message>
    <message>
        <source>ends on %1: %2</source>
        <translation>在 %1 上终止：%2</translation>
    </message>
    <message>
        <source>Real servers have</source>
        <translation>真实服务器现状</translation>
    </message>
    <message>
        <source>VIP on %1, and ARP would be answered</source>
        <translation>VIP 在 %1 上，会应答 ARP</translation>
    </message>
</context>
<context>
    <name>Cure</name>
    <message>
        <source>with the VIP on lo, only the director answers for it</source>
        <translation>VIP 配在 lo 上时，就只有调度器为它应答</translation>
    </message>
    <message>
        <source>its questions then name its own address as the sender</source>
        <translation>此后它的询问以自己的地址作为发送方</translation>
    </message>
    <message>
        <source>the host then passes on what is not for itself</source>
        <translation>主机随后会转发不属于自己的报文</translation>
    </message>
    <message>
        <source>the way back may then be another one</source>
        <translation>此后允许回程走另一条路</translation>
    </message>
    <message>
        <source>tunl0 then takes tunnelled packets</source>
        <translation>tunl0 随后会收下隧道报文</translation>
    </message>
    <message>
        <source>the service then has a server; or give one a weight above 0</source>
        <translation>服务随后有了服务器；也可以给某台服务器大于 0 的权重</translation>
    </message>
    <message>
        <source>somebody then listens on port 80</source>
        <translation>随后有进程监听 80 端口</translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message>
        <source>%1 needs a value</source>
        <translation>%1 缺少值</translation>
    </message>
    <message>
        <source>%1 is no address and no role</source>
        <translation>%1 既不是地址也不是角色</translation>
    </message>
    <message>
        <source>%1 is no port</source>
        <translation>%1 不是端口</translation>
    </message>
    <message>
        <source>there is no packet %1</source>
        <translation>没有报文 %1</translation>
    </message>
    <message>
        <source>unknown word %1; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite</source>
        <translation>未知的词 %1；可用的有 host, addr, port, hook, verdict, drop, conn, arp, rewrite</translation>
    </message>
</context>
<context>
    <name>HookMap</name>
    <message>
        <source>in</source>
        <translation>入</translation>
    </message>
    <message>
        <source>route?</source>
        <translation>路由?</translation>
    </message>
    <message>
        <source>socket</source>
        <translation>套接字</translation>
    </message>
    <message>
        <source>out</source>
        <translation>出</translation>
    </message>
    <message>
        <source>ARP in</source>
        <translation>ARP 收</translation>
    </message>
    <message>
        <source>ARP out</source>
        <translation>ARP 发</translation>
    </message>
</context>
<context>
    <name>JournalKind</name>
    <message>
        <source>schedule</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>conn</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>kernel</source>
        <translation>内核</translation>
    </message>
</context>
<context>
    <name>LabCopy</name>
    <message>
        <source>weight %1</source>
        <translation>权重 %1</translation>
    </message>
</context>
<context>
    <name>LabRun</name>
    <message>
        <source>lvs-lab is not beside this program nor on the path</source>
        <translation>本程序旁边和 PATH 中都没有 lvs-lab</translation>
    </message>
    <message>
        <source>a moment that is past can be asked, not changed: commands that only read, and | between them</source>
        <translation>过去的时刻只能查询，不能改变：只用读取类命令，可用 | 连接</translation>
    </message>
</context>
<context>
    <name>Layer</name>
    <message>
        <source>Payload</source>
        <translation>载荷</translation>
    </message>
    <message>
        <source>Outer IPv4</source>
        <translation>外层 IPv4</translation>
    </message>
    <message>
        <source>Outer UDP</source>
        <translation>外层 UDP</translation>
    </message>
    <message>
        <source>Quoted IPv4</source>
        <translation>引用的 IPv4</translation>
    </message>
    <message>
        <source>Quoted ports</source>
        <translation>引用的端口</translation>
    </message>
</context>
<context>
    <name>Quiz</name>
    <message>
        <source>no address</source>
        <translation>不改地址</translation>
    </message>
    <message>
        <source>The packet ends on %1. Why?</source>
        <translation>报文在 %1 上终止。为什么？</translation>
    </message>
    <message>
        <source>Which real server does IPVS give this packet to?</source>
        <translation>IPVS 把这个报文交给哪台真实服务器？</translation>
    </message>
    <message>
        <source>Which address does IPVS change in this packet?</source>
        <translation>IPVS 改写这个报文的哪个地址？</translation>
    </message>
    <message>
        <source>Whose MAC address is on the frame: which host takes it?</source>
        <translation>帧上是谁的 MAC 地址：哪台主机收下它？</translation>
    </message>
    <message>
        <source>Which hook does the packet pass next on %1?</source>
        <translation>报文在 %1 上接下来经过哪个钩子？</translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>byte %1: %2</source>
        <translation>第 %1 字节：%2</translation>
    </message>
    <message>
        <source>point %1 is incomplete</source>
        <translation>第 %1 个点不完整</translation>
    </message>
    <message>
        <source>line %1 is no line of results</source>
        <translation>第 %1 行不是结果</translation>
    </message>
    <message>
        <source>no results in it; --json and --csv of lvs-nat, lvs-dr and lvs-tun have them</source>
        <translation>其中没有结果；lvs-nat、lvs-dr、lvs-tun 的 --json 和 --csv 才有</translation>
    </message>
    <message>
        <source>results have %1 MiB at most</source>
        <translation>结果文件最大 %1 MiB</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>receive</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>routing</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>IPVS in</source>
        <translation>IPVS 入</translation>
    </message>
    <message>
        <source>IPVS reply</source>
        <translation>IPVS 应答</translation>
    </message>
    <message>
        <source>IPVS transmit</source>
        <translation>IPVS 发送</translation>
    </message>
    <message>
        <source>IPVS on %1</source>
        <translation>%1 上的 IPVS</translation>
    </message>
    <message>
        <source>tunnel in</source>
        <translation>隧道解封</translation>
    </message>
    <message>
        <source>tunnel out</source>
        <translation>隧道封装</translation>
    </message>
    <message>
        <source>socket</source>
        <translation>套接字</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>邻居</translation>
    </message>
    <message>
        <source>ARP in</source>
        <translation>ARP 收</translation>
    </message>
    <message>
        <source>ARP out</source>
        <translation>ARP 发</translation>
    </message>
    <message>
        <source>transmit</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>StageSentence</name>
    <message>
        <source>The frame comes in from the wire</source>
        <translation>帧从网线进来</translation>
    </message>
    <message>
        <source>PREROUTING lets it pass</source>
        <translation>PREROUTING 放行</translation>
    </message>
    <message>
        <source>The routing table is asked where it goes</source>
        <translation>查询路由表：报文去哪里</translation>
    </message>
    <message>
        <source>INPUT: the packet is for this host</source>
        <translation>INPUT：报文发给本机</translation>
    </message>
    <message>
        <source>FORWARD: the packet passes through, TTL less one</source>
        <translation>FORWARD：报文转发经过，TTL 减一</translation>
    </message>
    <message>
        <source>OUTPUT: the packet leaves this host</source>
        <translation>OUTPUT：报文离开本机</translation>
    </message>
    <message>
        <source>POSTROUTING: the last hook before the wire</source>
        <translation>POSTROUTING：发上网线前的最后一个钩子</translation>
    </message>
    <message>
        <source>IPVS looks for the connection or the service</source>
        <translation>IPVS 查找连接或虚拟服务</translation>
    </message>
    <message>
        <source>IPVS knows this reply</source>
        <translation>IPVS 认得这个应答</translation>
    </message>
    <message>
        <source>IPVS sends it to the real server</source>
        <translation>IPVS 把它发往真实服务器</translation>
    </message>
    <message>
        <source>The outer IP header is taken off</source>
        <translation>去掉外层 IP 头</translation>
    </message>
    <message>
        <source>The tunnel puts an outer IP header in front</source>
        <translation>隧道在前面加上外层 IP 头</translation>
    </message>
    <message>
        <source>Handed to the socket</source>
        <translation>交给套接字</translation>
    </message>
    <message>
        <source>It waits: ARP asks for the next hop&apos;s MAC address</source>
        <translation>等待：ARP 正在询问下一跳的 MAC 地址</translation>
    </message>
    <message>
        <source>The neighbour table knows the next hop&apos;s MAC address</source>
        <translation>邻居表知道下一跳的 MAC 地址</translation>
    </message>
    <message>
        <source>ARP message received</source>
        <translation>收到 ARP 消息</translation>
    </message>
    <message>
        <source>ARP message sent</source>
        <translation>发出 ARP 消息</translation>
    </message>
    <message>
        <source>The frame goes out to the wire</source>
        <translation>帧送上网线</translation>
    </message>
    <message>
        <source>The cache %1</source>
        <translation>缓存%1</translation>
    </message>
    <message>
        <source>default </source>
        <translation>默认路由</translation>
    </message>
</context>
<context>
    <name>Tale</name>
    <message>
        <source>%1 and %2</source>
        <translation>%1 和 %2</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>everybody on the segment</source>
        <translation>本网段所有主机</translation>
    </message>
    <message>
        <source>Another answer for %1 comes too late: the cache keeps the first</source>
        <translation>关于 %1 的另一个应答来晚了：缓存保留第一个</translation>
    </message>
    <message>
        <source>The cache of %1 learns where %2 is</source>
        <translation>%1 的缓存学到了 %2 的 MAC 地址</translation>
    </message>
    <message>
        <source>%1 asks who has %2: nobody answers</source>
        <translation>%1 询问谁有 %2：无人应答</translation>
    </message>
    <message>
        <source>%1 answers</source>
        <translation>%1 应答</translation>
    </message>
    <message>
        <source>%1 answer, and the first answer counts</source>
        <translation>%1 都应答，以最先到达者为准</translation>
    </message>
    <message>
        <source>%1 asks who has %2: %3</source>
        <translation>%1 询问谁有 %2：%3</translation>
    </message>
    <message>
        <source>%1 has no address: the frame ends there</source>
        <translation>%1 没有地址：帧到此为止</translation>
    </message>
    <message>
        <source>%1 picks %2 (%3)</source>
        <translation>%1 选中 %2（%3）</translation>
    </message>
    <message>
        <source>%1 picks %2</source>
        <translation>%1 选中 %2</translation>
    </message>
    <message>
        <source>: </source>
        <translation>：</translation>
    </message>
    <message>
        <source>%1 knows the connection: it belongs to %2</source>
        <translation>%1 认得这条连接：它归 %2</translation>
    </message>
    <message>
        <source>%1 answers for %2</source>
        <translation>%1 为 %2 应答</translation>
    </message>
    <message>
        <source>%1 hears an answer for %2</source>
        <translation>%1 收到关于 %2 的应答</translation>
    </message>
    <message>
        <source>%1 asks everybody: who has %2?</source>
        <translation>%1 向所有主机询问：谁有 %2？</translation>
    </message>
    <message>
        <source>%1 takes it: the packet is for one of its sockets</source>
        <translation>%1 收下报文：它属于本机的一个套接字</translation>
    </message>
    <message>
        <source>%1 opens a connection of its own, to %2</source>
        <translation>%1 自己与 %2 另建一条连接</translation>
    </message>
    <message>
        <source>%1 asks %2 in turn, on its own connection: %3</source>
        <translation>%1 在自己的连接上转而请求 %2：%3</translation>
    </message>
    <message>
        <source>%1 passes the answer on to %2: %3</source>
        <translation>%1 把应答转交给 %2：%3</translation>
    </message>
    <message>
        <source>%1 answers %2: %3</source>
        <translation>%1 应答 %2：%3</translation>
    </message>
    <message>
        <source>%1 asks %2: %3</source>
        <translation>%1 请求 %2：%3</translation>
    </message>
    <message>
        <source>%1 takes the request and reads it: %2</source>
        <translation>%1 收下请求并读取其内容：%2</translation>
    </message>
    <message>
        <source>%1 takes the answer: %2</source>
        <translation>%1 收下应答：%2</translation>
    </message>
    <message>
        <source>%1 passes it on to %2</source>
        <translation>%1 把它转发给 %2</translation>
    </message>
    <message>
        <source>It comes to %1</source>
        <translation>报文到达 %1</translation>
    </message>
    <message>
        <source>%1 sends %2 to %3</source>
        <translation>%1 向 %3 发送 %2</translation>
    </message>
    <message>
        <source>%1 puts it on the wire, to the MAC address of %2</source>
        <translation>%1 把它发上网线，目的 MAC 是 %2 的</translation>
    </message>
    <message>
        <source>%1 keeps silent about %2</source>
        <translation>%1 对 %2 保持沉默</translation>
    </message>
    <message>
        <source>%1 drops it</source>
        <translation>%1 丢弃该报文</translation>
    </message>
    <message>
        <source>%1 drops it, in IPVS</source>
        <translation>%1 丢弃该报文，由 IPVS 决定</translation>
    </message>
    <message>
        <source>%1 tells everybody that %2 is here</source>
        <translation>%1 告知所有主机：%2 在这里</translation>
    </message>
    <message>
        <source>%1 takes %2 over, %3 ms after the last advert of the other</source>
        <translation>%1 接管 %2，距对方最后一次通告 %3 毫秒</translation>
    </message>
    <message>
        <source>%1 writes a new destination: %2 instead of %3</source>
        <translation>%1 改写目的地址：%2 取代 %3</translation>
    </message>
    <message>
        <source>%1 writes a new source: %2 instead of %3</source>
        <translation>%1 改写源地址：%2 取代 %3</translation>
    </message>
    <message>
        <source>%1 leaves all addresses: only the frame will be for %2</source>
        <translation>%1 不改任何地址：只把帧发给 %2</translation>
    </message>
    <message>
        <source>%1 puts an outer header in front, for %2</source>
        <translation>%1 在前面加上发往 %2 的外层首部</translation>
    </message>
    <message>
        <source>%1 takes the outer header off</source>
        <translation>%1 去掉外层首部</translation>
    </message>
    <message>
        <source>%1 drops it: %2 bytes do not fit into an MTU of %3</source>
        <translation>%1 丢弃该报文：%2 字节放不进 %3 的 MTU</translation>
    </message>
</context>
<context>
    <name>lvs::view::ArpView</name>
    <message>
        <source>%1 asks all: who has %2?</source>
        <translation>%1 询问所有主机：谁有 %2？</translation>
    </message>
    <message>
        <source>and %1 more: %2 silent, %3 do not have it</source>
        <translation>另有 %1 台：%2 台沉默，%3 台没有该地址</translation>
    </message>
    <message>
        <source>hears it</source>
        <translation>听到询问</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>应答</translation>
    </message>
    <message>
        <source>keeps silent: arp_ignore=%1</source>
        <translation>保持沉默：arp_ignore=%1</translation>
    </message>
    <message>
        <source>keeps silent</source>
        <translation>保持沉默</translation>
    </message>
    <message>
        <source>does not have it</source>
        <translation>没有该地址</translation>
    </message>
    <message>
        <source>ARP cache of %1</source>
        <translation>%1 的 ARP 缓存</translation>
    </message>
    <message>
        <source>no answer yet</source>
        <translation>尚无应答</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>采纳</translation>
    </message>
    <message>
        <source>too late</source>
        <translation>来晚了</translation>
    </message>
    <message>
        <source>%1 → MAC in every cache, over time (ms)</source>
        <translation>各主机缓存中的 %1 → MAC，随时间变化 (ms)</translation>
    </message>
    <message>
        <source>no cache has it</source>
        <translation>没有缓存记录</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
</context>
<context>
    <name>lvs::view::AskLine</name>
    <message>
        <source>Command on %1</source>
        <translation>%1 上的命令</translation>
    </message>
    <message>
        <source>a command that reads, answered as of this moment (Esc: close)</source>
        <translation>读取类命令，按此刻的状态回答（Esc 关闭）</translation>
    </message>
</context>
<context>
    <name>lvs::view::CompareScreen</name>
    <message>
        <source>No connection to show</source>
        <translation>没有可显示的连接</translation>
    </message>
    <message>
        <source>who has %1?</source>
        <translation>谁有 %1？</translation>
    </message>
    <message>
        <source>%1 is at %2</source>
        <translation>%1 在 %2</translation>
    </message>
</context>
<context>
    <name>lvs::view::ConsoleView</name>
    <message>
        <source>Console</source>
        <translation>控制台</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>nothing so far</source>
        <translation>暂无内容</translation>
    </message>
    <message>
        <source>[status %1]</source>
        <translation>[状态 %1]</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>hidden while a question is open</source>
        <translation>答题期间隐藏</translation>
    </message>
    <message>
        <source>the trace does not carry what lvs-lab check has found</source>
        <translation>此记录不含 lvs-lab check 的结论</translation>
    </message>
    <message>
        <source>lvs-lab check: no mistake was found</source>
        <translation>lvs-lab check：没有发现错误</translation>
    </message>
</context>
<context>
    <name>lvs::view::HeaderPanel</name>
    <message>
        <source>+ added</source>
        <translation>+ 新增</translation>
    </message>
    <message>
        <source>− removed</source>
        <translation>− 移除</translation>
    </message>
    <message>
        <source>no L2 header yet</source>
        <translation>尚无二层头</translation>
    </message>
    <message>
        <source>Changed by this stage</source>
        <translation>本阶段的改动</translation>
    </message>
    <message>
        <source>The packet begins here</source>
        <translation>报文从这里开始</translation>
    </message>
    <message>
        <source>Nothing changed</source>
        <translation>没有改动</translation>
    </message>
    <message>
        <source>Headers: the packet begins here</source>
        <translation>报文头：报文从这里开始</translation>
    </message>
    <message>
        <source>Headers: before → after this stage</source>
        <translation>报文头：本阶段前 → 后</translation>
    </message>
</context>
<context>
    <name>lvs::view::HelpOverlay</name>
    <message>
        <source>stage back, stage on</source>
        <translation>上一阶段，下一阶段</translation>
    </message>
    <message>
        <source>packet before, packet after</source>
        <translation>上一报文，下一报文</translation>
    </message>
    <message>
        <source>next host</source>
        <translation>下一台主机</translation>
    </message>
    <message>
        <source>next rewrite</source>
        <translation>下一次改写</translation>
    </message>
    <message>
        <source>next drop</source>
        <translation>下一次丢弃</translation>
    </message>
    <message>
        <source>follow this connection, show all again</source>
        <translation>跟踪此连接，再按显示全部</translation>
    </message>
    <message>
        <source>start and end of the walk</source>
        <translation>路径的起点和终点</translation>
    </message>
    <message>
        <source>play, pause</source>
        <translation>播放，暂停</translation>
    </message>
    <message>
        <source>slower, faster</source>
        <translation>减速，加速</translation>
    </message>
    <message>
        <source>newest packet of a live trace</source>
        <translation>实时跟踪的最新报文</translation>
    </message>
    <message>
        <source>filter: host:rs1 port:80 hook:FORWARD verdict:drop arp</source>
        <translation>筛选：host:rs1 port:80 hook:FORWARD verdict:drop arp</translation>
    </message>
    <message>
        <source>search: next stage that fits</source>
        <translation>搜索：下一个符合的阶段</translation>
    </message>
    <message>
        <source>next table of the host</source>
        <translation>主机的下一张表</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>标签页</translation>
    </message>
    <message>
        <source>projector mode</source>
        <translation>投影模式</translation>
    </message>
    <message>
        <source>light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>English or Chinese</source>
        <translation>英文或中文</translation>
    </message>
    <message>
        <source>zoom in, out, fit</source>
        <translation>放大，缩小，适合窗口</translation>
    </message>
    <message>
        <source>quiz</source>
        <translation>测验</translation>
    </message>
    <message>
        <source>save this view, go to a saved one</source>
        <translation>保存视图，打开已存视图</translation>
    </message>
    <message>
        <source>copy a link to this moment</source>
        <translation>复制指向此刻的链接</translation>
    </message>
    <message>
        <source>go to a link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>export as PNG, SVG, PDF or frames</source>
        <translation>导出 PNG、SVG、PDF 或逐帧图片</translation>
    </message>
    <message>
        <source>open a trace or results</source>
        <translation>打开跟踪文件或结果</translation>
    </message>
    <message>
        <source>this help</source>
        <translation>本帮助</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>told in beats, or every stage</source>
        <translation>分节讲述，或逐阶段显示</translation>
    </message>
    <message>
        <source>next part; host or value in it; press it</source>
        <translation>下一部分；其中的主机或值；执行</translation>
    </message>
    <message>
        <source>copy the table that is shown</source>
        <translation>复制当前的表</translation>
    </message>
    <message>
        <source>files that were open before</source>
        <translation>最近打开的文件</translation>
    </message>
    <message>
        <source>try it: change a copy of the lab and run it</source>
        <translation>动手试：修改实验副本并运行</translation>
    </message>
    <message>
        <source>ask the host: a prompt at this moment</source>
        <translation>询问主机：此刻的命令行</translation>
    </message>
    <message>
        <source>lesson of the lab; the presenter&apos;s notes</source>
        <translation>实验的课程；讲解备注</translation>
    </message>
</context>
<context>
    <name>lvs::view::HookPanel</name>
    <message>
        <source>%1 is a real machine: only the frames on its cable are seen, its hooks are not known.</source>
        <translation>%1 是真实机器：只能看到其网线上的帧，看不到它的钩子。</translation>
    </message>
    <message>
        <source>this packet does not pass here</source>
        <translation>这个报文不经过这里</translation>
    </message>
    <message>
        <source>forward</source>
        <translation>转发</translation>
    </message>
    <message>
        <source>local</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>IPVS hangs on this hook</source>
        <translation>IPVS 挂在此处</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>沉默</translation>
    </message>
    <message>
        <source>the host was told not to answer for this address</source>
        <translation>主机被配置为不应答该地址</translation>
    </message>
    <message>
        <source>the packet goes on</source>
        <translation>报文继续前进</translation>
    </message>
    <message>
        <source>the packet ends here</source>
        <translation>报文到此为止</translation>
    </message>
    <message>
        <source>the hook took the packet over and sends it on its own way</source>
        <translation>钩子接管了报文，自行发送</translation>
    </message>
    <message>
        <source>the packet waits</source>
        <translation>报文等待中</translation>
    </message>
</context>
<context>
    <name>lvs::view::LessonPanel</name>
    <message>
        <source>Notes</source>
        <translation>讲解备注</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>Next:</source>
        <translation>下一步：</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Return: on   Backspace: back   Shift W: notes   W: end</source>
        <translation>回车：继续   退格：上一步   Shift W：备注   W：结束</translation>
    </message>
    <message>
        <source>Return: answer   Backspace: back   Shift W: notes   W: end</source>
        <translation>回车：答案   退格：上一步   Shift W：备注   W：结束</translation>
    </message>
</context>
<context>
    <name>lvs::view::Live</name>
    <message>
        <source>live, paused</source>
        <translation>实时，已暂停</translation>
    </message>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>live, file %1</source>
        <translation>实时，第 %1 个文件</translation>
    </message>
    <message>
        <source>live, paused; the next file has begun</source>
        <translation>实时，已暂停；下一个文件已开始</translation>
    </message>
</context>
<context>
    <name>lvs::view::MainWindow</name>
    <message>
        <source>copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>no rewrite after this one</source>
        <translation>之后没有改写</translation>
    </message>
    <message>
        <source>no drop after this one</source>
        <translation>之后没有丢弃</translation>
    </message>
    <message>
        <source>this packet belongs to no connection</source>
        <translation>这个报文不属于任何连接</translation>
    </message>
    <message>
        <source>no stage after this one fits: %1</source>
        <translation>之后没有符合的阶段：%1</translation>
    </message>
    <message>
        <source>%1 stages a second</source>
        <translation>每秒 %1 个阶段</translation>
    </message>
    <message>
        <source>view saved; V lists the saved ones</source>
        <translation>视图已保存；按 V 列出</translation>
    </message>
    <message>
        <source>no view is saved yet; S saves one</source>
        <translation>还没有保存视图；按 S 保存</translation>
    </message>
    <message>
        <source>Link or PACKET,STAGE</source>
        <translation>链接或 报文,阶段</translation>
    </message>
    <message>
        <source>%1 is no link of the form lvs://FILE#PACKET,STAGE</source>
        <translation>%1 不是 lvs://文件#报文,阶段 形式的链接</translation>
    </message>
    <message>
        <source>Traces and results</source>
        <translation>跟踪文件和结果</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Every stage of the packet, numbered</source>
        <translation>报文的每个阶段，按序编号</translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation>已写入：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) written</source>
        <translation>
            <numerusform>已写入 %n 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>To compare takes two traces or three</source>
        <translation>对比需要两个或三个跟踪文件</translation>
    </message>
    <message>
        <source>Results are shown of a sweep&apos;s --json or --csv</source>
        <translation>结果画面需要扫描产生的 --json 或 --csv 文件</translation>
    </message>
    <message>
        <source>Walks are shown of a trace</source>
        <translation>报文之旅需要跟踪文件</translation>
    </message>
    <message>
        <source>There is no packet %1: the trace has %2</source>
        <translation>没有第 %1 个报文：此跟踪共有 %2 个</translation>
    </message>
    <message>
        <source>Packet %1 has no stage %2: it has %3</source>
        <translation>报文 %1 没有第 %2 阶段：共有 %3 个</translation>
    </message>
    <message>
        <source>standard input</source>
        <translation>标准输入</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>This window is too small: %1 x %2 at least</source>
        <translation>窗口太小：至少 %1 x %2</translation>
    </message>
    <message>
        <source>Ctrl+O opens a trace, or drop one here. A run with --trace FILE.pcapng writes one: lvs-lab run LAB --trace walk.pcapng</source>
        <translation>按 Ctrl+O 打开跟踪文件，或拖到这里。带 --trace 的运行会写出它：lvs-lab run LAB --trace walk.pcapng</translation>
    </message>
    <message>
        <source>no packets in it</source>
        <translation>其中没有报文</translation>
    </message>
    <message>
        <source>No trace is open</source>
        <translation>没有打开跟踪文件</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>没有可显示的内容</translation>
    </message>
    <message>
        <source>← → rate   Ctrl E export   ? keys</source>
        <translation>← → 速率   Ctrl E 导出   ? 帮助</translation>
    </message>
    <message>
        <source>host:rs1  addr:VIP  port:80  hook:FORWARD  verdict:drop  conn:1  arp  rewrite</source>
        <translation>host:rs1  addr:VIP  port:80  hook:FORWARD  verdict:drop  conn:1  arp  rewrite</translation>
    </message>
    <message>
        <source>No packet fits: %1</source>
        <translation>没有符合的报文：%1</translation>
    </message>
    <message>
        <source>told in beats; U unfolds every stage</source>
        <translation>分节讲述；按 U 展开所有阶段</translation>
    </message>
    <message>
        <source>every stage; U folds them into beats</source>
        <translation>逐阶段显示；按 U 折叠为小节</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1：第 %2 处，共 %3 处</translation>
    </message>
    <message>
        <source>← → frame   ↑ ↓ packets   + − zoom   ? keys</source>
        <translation>← → 帧   ↑ ↓ 报文数   + − 缩放   ? 按键</translation>
    </message>
    <message numerus="yes">
        <source>copied: %n line(s)</source>
        <translation>
            <numerusform>已复制：%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>no file was open before</source>
        <translation>没有打开过的文件</translation>
    </message>
    <message>
        <source>P ends projector mode, which has no console</source>
        <translation>投影模式没有控制台，按 P 退出该模式</translation>
    </message>
    <message>
        <source>tried</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>the lab of this trace has no lesson in its README</source>
        <translation>此实验的 README 中没有课程</translation>
    </message>
    <message>
        <source>not while a question is open</source>
        <translation>答题期间不可用</translation>
    </message>
</context>
<context>
    <name>lvs::view::PacketListModel</name>
    <message>
        <source>Time (ms)</source>
        <translation>时间 (ms)</translation>
    </message>
    <message>
        <source>From → to</source>
        <translation>源 → 目的</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>%1 ▸ all</source>
        <translation>%1 ▸ 所有主机</translation>
    </message>
    <message>
        <source>nobody answers</source>
        <translation>无人应答</translation>
    </message>
    <message>
        <source>◂ %1</source>
        <translation>◂ %1</translation>
    </message>
</context>
<context>
    <name>lvs::view::PacketStrip</name>
    <message>
        <source>was</source>
        <translation>原为</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原报文</translation>
    </message>
    <message>
        <source>who has</source>
        <translation>谁有</translation>
    </message>
    <message>
        <source>is at</source>
        <translation>位于</translation>
    </message>
    <message>
        <source>broadcast: every host on this segment hears it</source>
        <translation>广播：本网段所有主机都收到</translation>
    </message>
    <message>
        <source>gratuitous ARP: every host on this segment is told</source>
        <translation>免费 ARP：告知本网段所有主机</translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n 处改写</numerusform>
        </translation>
    </message>
    <message>
        <source>stage %1/%2 · packet %3/%4 · %5</source>
        <translation>阶段 %1/%2 · 报文 %3/%4 · %5</translation>
    </message>
</context>
<context>
    <name>lvs::view::QuizPanel</name>
    <message>
        <source>%1 of %2 right</source>
        <translation>答对 %1/%2</translation>
    </message>
    <message>
        <source>Quiz</source>
        <translation>测验</translation>
    </message>
    <message>
        <source>No more questions in this trace. Q ends the quiz.</source>
        <translation>这个跟踪文件没有更多题目。按 Q 结束测验。</translation>
    </message>
    <message>
        <source>Keys 1 to %1 answer</source>
        <translation>按 1 到 %1 作答</translation>
    </message>
    <message>
        <source>Return: next question   S: results as CSV   Q: end</source>
        <translation>回车：下一题   S：结果存为 CSV   Q：结束</translation>
    </message>
</context>
<context>
    <name>lvs::view::ResultsScreen</name>
    <message>
        <source>real servers</source>
        <translation>真实服务器数</translation>
    </message>
    <message>
        <source>%1 a server</source>
        <translation>每台 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n director(s)</source>
        <translation>
            <numerusform>%n 台调度器</numerusform>
        </translation>
    </message>
    <message>
        <source>published: %1 MB/s</source>
        <translation>文献：%1 MB/s</translation>
    </message>
    <message numerus="yes">
        <source>published: %n server(s)</source>
        <translation>
            <numerusform>文献：%n 台</numerusform>
        </translation>
    </message>
    <message>
        <source>Throughput of the cluster, MB/s</source>
        <translation>集群吞吐量，MB/s</translation>
    </message>
    <message>
        <source>Director&apos;s CPU, %</source>
        <translation>调度器 CPU，%</translation>
    </message>
    <message>
        <source>Through the director, MB/s</source>
        <translation>经过调度器，MB/s</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s)</source>
        <translation>
            <numerusform>%n 台服务器</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::Session</name>
    <message>
        <source>No packet fits: %1</source>
        <translation>没有符合的报文：%1</translation>
    </message>
</context>
<context>
    <name>lvs::view::Timeline</name>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>其他 %n 台</numerusform>
        </translation>
    </message>
    <message>
        <source>was MASTER, is not heard any more</source>
        <translation>曾是 MASTER，现已无声</translation>
    </message>
    <message>
        <source>%1 is in no director&apos;s table: it gets nothing</source>
        <translation>%1 不在任何调度器的表中：收不到连接</translation>
    </message>
    <message>
        <source>%1 has weight 0: it gets no new connections</source>
        <translation>%1 的权重为 0：不再得到新连接</translation>
    </message>
</context>
<context>
    <name>lvs::view::TopBar</name>
    <message>
        <source>LVS packet walk</source>
        <translation>LVS 报文之旅</translation>
    </message>
    <message>
        <source>← → beat   ↑ ↓ packet   U all stages   P projector   ? keys</source>
        <translation>← → 小节   ↑ ↓ 报文   U 全部阶段   P 投影   ? 按键</translation>
    </message>
</context>
<context>
    <name>lvs::view::TopologyView</name>
    <message numerus="yes">
        <source>%1 with %n server(s)</source>
        <translation>
            <numerusform>%1，%n 台服务器</numerusform>
        </translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>拓扑</translation>
    </message>
    <message>
        <source>dashed: real machines, without hooks here</source>
        <translation>虚线：真实机器，此处没有钩子</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>在 %1 上</translation>
    </message>
    <message>
        <source>on %1, no ARP</source>
        <translation>%1，禁 ARP</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n 台主机</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lvs::view::TransportBar</name>
    <message>
        <source>dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>address rewritten / tunnelled</source>
        <translation>改写地址 / 封装</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>已走过</translation>
    </message>
    <message>
        <source>other packets</source>
        <translation>其他报文</translation>
    </message>
    <message>
        <source>longer than %1 stages; the rest is not shown</source>
        <translation>超过 %1 个阶段；其余不显示</translation>
    </message>
    <message>
        <source>following one connection; C shows all</source>
        <translation>正在跟踪一个连接；按 C 显示全部</translation>
    </message>
    <message>
        <source>stage %1 of %2</source>
        <translation>阶段 %1/%2</translation>
    </message>
    <message>
        <source>start of the walk (Home)</source>
        <translation>回到路径起点 (Home)</translation>
    </message>
    <message>
        <source>back (←)</source>
        <translation>后退 (←)</translation>
    </message>
    <message>
        <source>pause (Space)</source>
        <translation>暂停（空格）</translation>
    </message>
    <message>
        <source>play (Space)</source>
        <translation>播放（空格）</translation>
    </message>
    <message>
        <source>on (→)</source>
        <translation>前进 (→)</translation>
    </message>
    <message>
        <source>end of the walk (End)</source>
        <translation>到路径终点 (End)</translation>
    </message>
    <message>
        <source>filter: %1 (%2 of %3 packets); Esc: all</source>
        <translation>过滤：%1（%3 个报文中的 %2 个）；Esc：全部</translation>
    </message>
    <message>
        <source>failed, or gets nothing</source>
        <translation>失效，或不再得到连接</translation>
    </message>
    <message>
        <source>master</source>
        <translation>主</translation>
    </message>
</context>
<context>
    <name>lvs::view::TryPane</name>
    <message>
        <source>Try it: %1</source>
        <translation>动手试：%1</translation>
    </message>
    <message>
        <source>A copy of the lab. Change it, run it, and see before and after side by side; the lab stays as it is.</source>
        <translation>这是实验的副本。修改、运行，再并排比较前后；原实验保持不变。</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Run (Ctrl Return)</source>
        <translation>运行（Ctrl 回车）</translation>
    </message>
    <message>
        <source>Save as a lab …</source>
        <translation>另存为实验…</translation>
    </message>
    <message>
        <source>Take all back</source>
        <translation>全部撤销</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>文件内容</translation>
    </message>
    <message>
        <source>%1 (now)</source>
        <translation>%1（当前）</translation>
    </message>
    <message>
        <source>A new folder</source>
        <translation>新文件夹</translation>
    </message>
    <message>
        <source>%1 is there already</source>
        <translation>%1 已经存在</translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation>已写入：%1</translation>
    </message>
    <message>
        <source>This trace carries no lab that could be changed and run again: it comes from a sweep, from lvs-emu or from an older program. lvs-lab run LAB --trace FILE writes one that carries its lab.</source>
        <translation>此跟踪不含可修改并重新运行的实验：它来自扫描、lvs-emu 或旧版程序。lvs-lab run LAB --trace FILE 写出的跟踪带有实验。</translation>
    </message>
</context>
<context>
    <name>lvs::view::WalkScreen</name>
    <message>
        <source>the trace carries no lab to be asked; it has: %1</source>
        <translation>此记录不含可供查询的实验；已有的表：%1</translation>
    </message>
</context>
<context>
    <name>lvs::view::WhyCard</name>
    <message>
        <source>Why dropped</source>
        <translation>为何丢弃</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Why it keeps silent</source>
        <translation>为何沉默</translation>
    </message>
    <message>
        <source>What to do: </source>
        <translation>处理办法：</translation>
    </message>
    <message>
        <source>Press: copy the line</source>
        <translation>按下：复制该行</translation>
    </message>
</context>
</TS>
