package io.amphora.apiserver.chain;

import java.time.Duration;

/// What the requests that are handled at the same moment may take together.
///
/// @param reading     requests that get or list (`--max-requests-inflight` of kube-apiserver)
/// @param mutating    requests that change something (`--max-mutating-requests-inflight`)
/// @param watches     open watches
/// @param connections that are passed on to nodes and Pods: exec, attach, port-forward, proxy, logs
/// @param bodyBytes   of the bodies that are read or handled
/// @param answerBytes of the answers that clients have not read yet
/// @param longest     a request takes, unless it is a watch or is passed on (`--request-timeout`)
public record RequestLimits(
        int reading, int mutating, int watches, int connections, long bodyBytes, long answerBytes, Duration longest) {

    private static final long HEAP_PER_WATCH = 64 * 1024;
    private static final long HEAP_PER_CONNECTION = 2 * 1024 * 1024;
    /// What is parsed takes up to some twenty times the bytes that it came in.
    private static final long HEAP_PER_BODY_BYTE = 32;

    private static final long FEWEST_BODY_BYTES = 12 * 1024 * 1024;

    /// Numbers and times of Kubernetes; what it does not limit is limited by the memory of this process.
    public static RequestLimits standard() {
        return of(Runtime.getRuntime().maxMemory());
    }

    static RequestLimits of(long heap) {
        return new RequestLimits(
                400,
                200,
                (int) Math.clamp(heap / HEAP_PER_WATCH, 1_000, 100_000),
                (int) Math.clamp(heap / HEAP_PER_CONNECTION, 100, 10_000),
                Math.max(heap / HEAP_PER_BODY_BYTE, FEWEST_BODY_BYTES),
                heap / 8,
                Duration.ofSeconds(60));
    }
}
