package io.amphora.runtime;

import com.google.protobuf.CodedInputStream;
import io.amphora.runtime.ContainerRuntime.ExecResult;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Reads the answer to a command that was run to its end (`ExecSyncResponse`). A command may print what it likes,
/// up to what the runtime lets through (16 MiB), and many run at once: what is beyond the limit is passed over as it
/// is decoded.
final class ExecAnswers implements MethodDescriptor.Marshaller<ExecResult> {
    private static final int STDOUT = 1 << 3 | 2;
    private static final int STDERR = 2 << 3 | 2;
    private static final int EXIT_CODE = 3 << 3;

    private final int most;

    /// @param most is kept of each stream
    ExecAnswers(int most) {
        this.most = most;
    }

    @Override
    public InputStream stream(ExecResult value) {
        throw new UnsupportedOperationException("answers are read here, never written");
    }

    @Override
    public ExecResult parse(InputStream stream) {
        try {
            return parse(CodedInputStream.newInstance(stream));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private ExecResult parse(CodedInputStream in) throws IOException {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        int exitCode = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case STDOUT -> keep(in, stdout);
                case STDERR -> keep(in, stderr);
                case EXIT_CODE -> exitCode = in.readInt32();
                default -> in.skipField(tag);
            }
        }
        return new ExecResult(exitCode, stdout.toByteArray(), stderr.toByteArray());
    }

    private void keep(CodedInputStream in, ByteArrayOutputStream out) throws IOException {
        int length = in.readRawVarint32();
        int kept = Math.max(0, Math.min(length, most - out.size()));
        out.write(in.readRawBytes(kept));
        in.skipRawBytes(length - kept);
    }
}
