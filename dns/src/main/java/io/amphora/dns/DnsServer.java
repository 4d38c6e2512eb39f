package io.amphora.dns;

import io.amphora.dns.Answer.Record;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one event loop. Answers DNS questions (RFC 1035) over UDP and TCP: the cluster's own names from the zone
/// of
/// the
/// moment, all others by asking upstream.
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);

    /// Seconds that clients may keep an answer: short, because endpoints come and go.
    private static final int TIME_TO_LIVE = 5;

    /// The most bytes of a UDP answer when the client does not offer more (RFC 1035, 4.2.1).
    private static final int UDP_LIMIT = 512;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Supplier<Zone> zone;
    private final Upstream upstream;
    private final Channel udp;
    private final Channel tcp;

    /// @param zone the zone as it is now
    /// @param servers whom to ask for other names; none refuses them
    public DnsServer(InetSocketAddress address, Supplier<Zone> zone, List<InetSocketAddress> servers) {
        this.zone = zone;
        this.upstream = new Upstream(loop, servers);
        try {
            udp = new Bootstrap()
                    .group(loop)
                    .channel(NioDatagramChannel.class)
                    .handler(new ChannelInitializer<NioDatagramChannel>() {
                        @Override
                        protected void initChannel(NioDatagramChannel channel) {
                            channel.pipeline()
                                    .addLast(
                                            new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Udp());
                        }
                    })
                    .bind(address)
                    .syncUninterruptibly()
                    .channel();
            var bound = new InetSocketAddress(address.getAddress(), ((InetSocketAddress) udp.localAddress()).getPort());
            tcp = new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline()
                                    .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new Tcp());
                        }
                    })
                    .bind(bound)
                    .syncUninterruptibly()
                    .channel();
        } catch (RuntimeException failure) {
            loop.shutdownGracefully();
            throw failure;
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) udp.localAddress();
    }

    private final class Udp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            var response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            int limit = limit(query);
            answer(query, response, () -> {
                if (size(response) > limit) truncate(response);
                context.writeAndFlush(response);
            });
        }
    }

    private final class Tcp extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
            var response = new DefaultDnsResponse(query.id());
            answer(query, response, () -> context.writeAndFlush(response));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            LOG.debug("a DNS client broke off", failure);
            context.close();
        }
    }

    private void answer(DnsQuery query, DnsResponse response, Runnable send) {
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        if (question == null) {
            response.setCode(DnsResponseCode.FORMERR);
            send.run();
            return;
        }
        response.addRecord(DnsSection.QUESTION, question);
        response.setRecursionDesired(query.isRecursionDesired());
        response.setRecursionAvailable(true);
        String asked = question.name();
        String name = asked.endsWith(".") ? asked.substring(0, asked.length() - 1) : asked;
        Zone now = zone.get();
        switch (now.answer(name, question.type().name())) {
            case Answer.Elsewhere ignored -> upstream.ask(question, response, send);
            case Answer.NoSuchName ignored -> {
                response.setAuthoritativeAnswer(true);
                response.setCode(DnsResponseCode.NXDOMAIN);
                response.addRecord(DnsSection.AUTHORITY, authority(now));
                send.run();
            }
            case Answer.Found(var records, var additional) -> {
                response.setAuthoritativeAnswer(true);
                var shuffled = new ArrayList<>(records);
                Collections.rotate(shuffled, query.id());
                for (Record each : shuffled) response.addRecord(DnsSection.ANSWER, encode(each));
                for (Record each : additional)
                    response.addRecord(
                            records.stream().anyMatch(Record.Alias.class::isInstance)
                                    ? DnsSection.ANSWER
                                    : DnsSection.ADDITIONAL,
                            encode(each));
                if (records.isEmpty()) response.addRecord(DnsSection.AUTHORITY, authority(now));
                send.run();
            }
        }
    }

    private static DnsRecord encode(Record each) {
        String name = each.name() + ".";
        return switch (each) {
            case Record.Address(var ignored, var address) ->
                new DefaultDnsRawRecord(name, DnsRecordType.A, TIME_TO_LIVE, Unpooled.wrappedBuffer(bytesOf(address)));
            case Record.Pointer(var ignored, var target) ->
                new DefaultDnsPtrRecord(name, DnsRecord.CLASS_IN, TIME_TO_LIVE, target + ".");
            case Record.Alias(var ignored, var target) ->
                new DefaultDnsRawRecord(name, DnsRecordType.CNAME, TIME_TO_LIVE, encodeName(target));
            case Record.Service(var ignored, var port, var target) -> {
                ByteBuf data = Unpooled.buffer().writeShort(0).writeShort(100).writeShort(port);
                yield new DefaultDnsRawRecord(
                        name, DnsRecordType.SRV, TIME_TO_LIVE, data.writeBytes(encodeName(target)));
            }
            case Record.Text(var ignored, var text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                ByteBuf data = Unpooled.buffer().writeByte(bytes.length).writeBytes(bytes);
                yield new DefaultDnsRawRecord(name, DnsRecordType.TXT, TIME_TO_LIVE, data);
            }
        };
    }

    /// The SOA record that a negative answer carries, so that clients may remember it for a moment (RFC 2308).
    private static DnsRecord authority(Zone zone) {
        ByteBuf data = encodeName("ns.dns." + zone.domain())
                .writeBytes(encodeName("hostmaster." + zone.domain()))
                .writeInt(1)
                .writeInt(7200)
                .writeInt(1800)
                .writeInt(86400)
                .writeInt(TIME_TO_LIVE);
        return new DefaultDnsRawRecord(zone.domain() + ".", DnsRecordType.SOA, TIME_TO_LIVE, data);
    }

    private static ByteBuf encodeName(String name) {
        ByteBuf data = Unpooled.buffer();
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            data.writeByte(bytes.length).writeBytes(bytes);
        }
        return data.writeByte(0);
    }

    private static byte[] bytesOf(String address) {
        byte[] bytes = new byte[4];
        String[] parts = address.split("\\.");
        for (int i = 0; i < 4; i++) bytes[i] = (byte) Integer.parseInt(parts[i]);
        return bytes;
    }

    /// What a UDP client can take: it says so in its OPT record (RFC 6891), whose class is that size.
    private static int limit(DnsQuery query) {
        for (int i = 0; i < query.count(DnsSection.ADDITIONAL); i++) {
            DnsRecord each = query.recordAt(DnsSection.ADDITIONAL, i);
            if (each.type().equals(DnsRecordType.OPT)) return Math.max(UDP_LIMIT, each.dnsClass());
        }
        return UDP_LIMIT;
    }

    private static int size(DnsResponse response) {
        ByteBuf buffer = Unpooled.buffer();
        int size = 12;
        try {
            for (DnsSection section : DnsSection.values()) {
                for (int i = 0; i < response.count(section); i++) {
                    buffer.clear();
                    DnsRecord each = response.recordAt(section, i);
                    if (each instanceof DnsQuestion question) DnsRecordEncoder.DEFAULT.encodeQuestion(question, buffer);
                    else DnsRecordEncoder.DEFAULT.encodeRecord(each, buffer);
                    size += buffer.readableBytes();
                }
            }
        } catch (Exception unencodable) {
            throw new IllegalStateException(unencodable);
        } finally {
            buffer.release();
        }
        return size;
    }

    /// Too much for one datagram: the client is to ask again over TCP.
    private static void truncate(DnsResponse response) {
        response.clear(DnsSection.ANSWER);
        response.clear(DnsSection.AUTHORITY);
        response.clear(DnsSection.ADDITIONAL);
        response.setTruncated(true);
    }

    @Override
    public void close() {
        udp.close();
        tcp.close();
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
