package io.amphora.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.amphora.runtime.cri.Cri;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What containers, programs and their servers answer is as long as they like.
class AnswerAttacksTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /// Says the same whatever it is asked, and remembers nothing.
    private static GrpcHealth.Health answering(byte[] answer, String service) throws IOException {
        var check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        var health = ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(check, ServerCalls.asyncUnaryCall((request, observer) -> {
                    var wanted = Cri.ImageSpec.newBuilder().setImage(service).build(); // field 1, a text
                    observer.onNext(Arrays.equals(request, wanted.toByteArray()) ? answer : new byte[0]);
                    observer.onCompleted();
                }))
                .build();
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(health)
                .build()
                .start();
        try {
            return GrpcHealth.check("127.0.0.1", server.getPort(), service, LONG);
        } finally {
            server.shutdown();
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
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new java.io.UncheckedIOException(impossible);
            }
        }
    }

    @Test
    void a_service_name_of_any_length_is_asked_for() throws IOException {
        byte[] serving = {0x08, 1};
        for (int length : List.of(0, 1, 127, 128, 300, 20_000))
            assertThat(answering(serving, "s".repeat(length)))
                    .as("%d letters", length)
                    .isEqualTo(new GrpcHealth.Health.Serving());
    }

    @Test
    void a_health_answer_of_megabytes_is_refused() throws IOException {
        assertThat(answering(new byte[1 << 20], "s")).isInstanceOf(GrpcHealth.Health.Unreachable.class);
    }

    @Test
    void a_health_answer_that_is_none_is_unknown() throws IOException {
        for (byte[] answer : List.of(new byte[] {0x08}, new byte[] {0x0b}, "answer".getBytes(UTF_8)))
            assertThat(answering(answer, "s")).isEqualTo(new GrpcHealth.Health.NotServing("UNKNOWN"));
    }

    @Test
    void of_what_a_command_prints_the_start_is_kept() {
        var printed = Cri.ExecSyncResponse.newBuilder()
                .setStdout(ByteString.copyFrom(new byte[4 << 20]))
                .setStderr(ByteString.copyFromUtf8("why"))
                .setExitCode(7)
                .build();
        var result = new ExecAnswers(100).parse(new ByteArrayInputStream(printed.toByteArray()));
        assertThat(result.stdout()).hasSize(100);
        assertThat(new String(result.stderr(), UTF_8)).isEqualTo("why");
        assertThat(result.exitCode()).isEqualTo(7);
    }

    @Test
    void a_program_that_prints_without_end_is_ended() {
        assertThatThrownBy(() -> Processes.run("yes"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("yes says more than");
    }

    @Test
    void of_a_programs_errors_the_end_is_kept() throws IOException {
        var result = Processes.run("sh", "-c", "yes | head -c 1000000 >&2; echo why >&2; exit 1");
        assertThat(result.errors()).hasSizeLessThan(100_000).endsWith("why\n");
    }
}
