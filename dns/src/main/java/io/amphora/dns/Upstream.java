package io.amphora.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryEncoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Asks other servers, each in turn, two seconds each. Everything runs on the event loop, which owns the
/// questions
/// under way.
final class Upstream {
    private static final int SECONDS = 2;
    private static final int MOST_UNDER_WAY = 2_000;

    private record Waiting(DnsQuestion question, DnsResponse response, Runnable send, int server) {}

    private final EventLoopGroup loop;
    private final List<InetSocketAddress> servers;
    private final Channel channel;
    private final Map<Integer, Waiting> underWay = new HashMap<>();
    private int nextId;

    Upstream(EventLoopGroup loop, List<InetSocketAddress> servers) {
        this.loop = loop;
        this.servers = List.copyOf(servers);
        this.channel = new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<NioDatagramChannel>() {
                    @Override
                    protected void initChannel(NioDatagramChannel made) {
                        made.pipeline()
                                .addLast(
                                        new DatagramDnsQueryEncoder(), new DatagramDnsResponseDecoder(), new Answers());
                    }
                })
                .bind(new InetSocketAddress("0.0.0.0", 0))
                .syncUninterruptibly()
                .channel();
    }

    void ask(DnsQuestion question, DnsResponse response, Runnable send) {
        ReferenceCountUtil.retain(question);
        channel.eventLoop().execute(() -> ask(new Waiting(question, response, send, 0)));
    }

    private void ask(Waiting waiting) {
        if (waiting.server() >= servers.size() || underWay.size() >= MOST_UNDER_WAY) {
            waiting.response().setCode(servers.isEmpty() ? DnsResponseCode.REFUSED : DnsResponseCode.SERVFAIL);
            finish(waiting);
            return;
        }
        do nextId = nextId + 1 & 0xFFFF;
        while (underWay.containsKey(nextId));
        int id = nextId;
        underWay.put(id, waiting);
        var query = new DatagramDnsQuery(null, servers.get(waiting.server()), id);
        query.setRecursionDesired(true);
        query.addRecord(DnsSection.QUESTION, ReferenceCountUtil.retain(waiting.question()));
        channel.writeAndFlush(query);
        loop.schedule(
                () -> {
                    if (underWay.remove(id, waiting))
                        ask(new Waiting(waiting.question(), waiting.response(), waiting.send(), waiting.server() + 1));
                },
                SECONDS,
                TimeUnit.SECONDS);
    }

    private static void finish(Waiting waiting) {
        waiting.send().run();
        ReferenceCountUtil.release(waiting.question());
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsResponse> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsResponse answer) {
            Waiting waiting = underWay.remove(answer.id());
            if (waiting == null) return;
            waiting.response().setCode(answer.code());
            waiting.response().setTruncated(answer.isTruncated());
            for (DnsSection section : List.of(DnsSection.ANSWER, DnsSection.AUTHORITY, DnsSection.ADDITIONAL)) {
                for (int i = 0; i < answer.count(section); i++) {
                    DnsRecord each = answer.recordAt(section, i);
                    waiting.response().addRecord(section, ReferenceCountUtil.retain(each));
                }
            }
            finish(waiting);
        }
    }
}
