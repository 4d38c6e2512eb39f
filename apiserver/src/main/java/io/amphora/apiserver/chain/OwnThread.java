package io.amphora.apiserver.chain;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// Runs work on a thread of the system's. Its stack holds the deepest text that is read ([Json#DEEPEST_TEXT] levels,
/// walked
/// by recursion in code that is not compiled yet); only what is used of it takes memory.
final class OwnThread {
    private static final long STACK = 256L << 20;

    private OwnThread() {}

    static <T> T call(String name, Supplier<T> work) {
        var result = new CompletableFuture<T>();
        Runnable body = () -> {
            try {
                result.complete(work.get());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        };
        Thread.ofPlatform().name(name).daemon().stackSize(STACK).start(body);
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) throw failure;
            if (failed.getCause() instanceof Error error) throw error;
            throw failed;
        }
    }
}
