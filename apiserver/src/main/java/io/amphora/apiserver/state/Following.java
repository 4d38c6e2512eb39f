package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;
import java.util.ArrayList;
import java.util.List;

/// Looks at the state at once, and again after each change of some kinds; one look at a time. Has
/// a thread for each kind. A watch that is cut off for being slow is opened again, with a look.
public final class Following implements AutoCloseable {
    private final ClusterState state;
    private final Runnable look;
    private final List<Thread> threads = new ArrayList<>();
    private boolean closed;

    public Following(ClusterState state, List<? extends ResourceDefinition<?>> kinds, Runnable look) {
        this.state = state;
        this.look = look;
        for (ResourceDefinition<?> kind : kinds) {
            Watch first = open(kind);
            threads.add(Thread.ofVirtual().name("following " + kind.plural()).start(() -> follow(kind, first)));
        }
    }

    private Watch open(ResourceDefinition<?> kind) {
        var all = new Interest(kind, Key.prefix(kind), any -> true, null);
        return state.watch(all, state.now().revision());
    }

    private void follow(ResourceDefinition<?> kind, Watch first) {
        Watch watch = first;
        try {
            while (look()) {
                if (watch.take().isPresent()) continue;
                watch.close();
                watch = open(kind);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            watch.close();
        }
    }

    /// False when there is nothing to look for any more.
    private synchronized boolean look() {
        if (!closed) look.run();
        return !closed;
    }

    /// Returns when the last look is done.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        threads.forEach(Thread::interrupt);
    }
}
