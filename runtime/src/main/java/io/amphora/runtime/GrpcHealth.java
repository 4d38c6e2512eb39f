package io.amphora.runtime;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a server how it is by gRPC's health protocol (`grpc.health.v1.Health/Check`). The two messages have one
/// field
/// each, so
/// they are read and written by hand.
public final class GrpcHealth {
    private static final MethodDescriptor<byte[], byte[]> CHECK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private GrpcHealth() {}

    public sealed interface Health {
        record Serving() implements Health {}

        /// @param status `NOT_SERVING`, `UNKNOWN`, `SERVICE_UNKNOWN`
        record NotServing(String status) implements Health {}

        record Unreachable(String why) implements Health {}
    }

    public static Health check(String host, int port, String service, Duration timeout) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(host, port).usePlaintext().build();
        try {
            byte[] answer = ClientCalls.blockingUnaryCall(
                    channel,
                    CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    request(service));
            // Field 1, a varint; absent for 0.
            int status = answer.length >= 2 && answer[0] == 0x08 ? answer[1] : 0;
            return switch (status) {
                case 1 -> new Health.Serving();
                case 2 -> new Health.NotServing("NOT_SERVING");
                case 3 -> new Health.NotServing("SERVICE_UNKNOWN");
                default -> new Health.NotServing("UNKNOWN");
            };
        } catch (StatusRuntimeException failure) {
            return new Health.Unreachable(
                    switch (failure.getStatus().getCode()) {
                        case UNIMPLEMENTED ->
                            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)";
                        case DEADLINE_EXCEEDED ->
                            "timeout: failed to connect service \"" + host + ":" + port + "\" within "
                                    + timeout.toSeconds() + "s";
                        default -> "error: health rpc probe failed: " + failure.getMessage();
                    });
        } finally {
            channel.shutdownNow();
        }
    }

    private static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0) return new byte[0];
        if (name.length > 127) throw new IllegalArgumentException("service name too long: " + service);
        var message = new byte[name.length + 2];
        message[0] = 0x0a;
        message[1] = (byte) name.length;
        System.arraycopy(name, 0, message, 2, name.length);
        return message;
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
