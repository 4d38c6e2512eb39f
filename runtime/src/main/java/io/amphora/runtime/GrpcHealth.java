package io.amphora.runtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.amphora.machinery.io.Bounded;
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
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a server how it is by gRPC's health protocol (`grpc.health.v1.Health/Check`). The two messages have one
/// field
/// each, so
/// they are read and written by hand.
public final class GrpcHealth {
    private static final int LARGEST_ANSWER = 64 << 10;
    private static final int FIELD = 1;
    private static final int STATUS = FIELD << 3; // its tag: a varint

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
        ManagedChannel channel = NettyChannelBuilder.forAddress(host, port)
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_ANSWER)
                .build();
        try {
            byte[] answer = ClientCalls.blockingUnaryCall(
                    channel,
                    CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    request(service));
            return switch (status(answer)) {
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
        if (service.isEmpty()) return new byte[0];
        var message = new byte[CodedOutputStream.computeStringSize(FIELD, service)];
        try {
            CodedOutputStream.newInstance(message).writeString(FIELD, service);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return message;
    }

    /// 0 where the field is absent, or where the answer is none.
    private static int status(byte[] answer) {
        var in = CodedInputStream.newInstance(answer);
        int status = 0;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == STATUS) status = in.readEnum();
                else if (!in.skipField(tag)) return 0;
            }
            return status;
        } catch (IOException malformed) {
            return 0;
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return Bounded.whole(stream, LARGEST_ANSWER);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
