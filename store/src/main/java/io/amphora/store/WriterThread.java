package io.amphora.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// Has the one thread that writes. It hands on all requests that queued up while the batch before was being
/// written, so the busier the store, the more writes share a sync, and nobody waits for company when it is idle.
final class WriterThread {
    /// Bounds how long the first of a batch waits for the last.
    private static final int LARGEST_BATCH = 4096;

    private static final class Stop extends Request<Boolean> {}

    private final BlockingQueue<Request<?>> queue = new LinkedBlockingQueue<>();
    private final Consumer<List<Request<?>>> work;
    private final Thread thread;
    private volatile boolean stopped;

    /// @param work answers every request of a batch
    WriterThread(String name, Consumer<List<Request<?>>> work) {
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    <A> A ask(Request<A> request) {
        if (isCurrentThread()) throw new IllegalStateException("a listener must not write, watch, compact or close");
        queue.add(request);
        if (stopped) refuseAll(); // the thread may have looked at the queue for the last time already
        return request.await();
    }

    /// Returns when the batch at hand is done; what came too late is refused.
    void stop() {
        ask(new Stop());
    }

    private void run() {
        var batch = new ArrayList<Request<?>>();
        while (!stopped) {
            batch.clear();
            next(batch);
            var stops = batch.stream()
                    .filter(Stop.class::isInstance)
                    .map(Stop.class::cast)
                    .toList();
            batch.removeAll(stops);
            if (!batch.isEmpty()) carryOut(batch);
            if (!stops.isEmpty()) stopped = true;
            stops.forEach(stop -> stop.answer(true));
        }
        refuseAll();
    }

    private void next(List<Request<?>> batch) {
        try {
            batch.add(queue.take());
            queue.drainTo(batch, LARGEST_BATCH - 1);
        } catch (InterruptedException nobodyDoesThat) {
            // the thread is ours and ends by Stop
        }
    }

    /// Whatever goes wrong, nobody waits for ever.
    private void carryOut(List<Request<?>> batch) {
        try {
            work.accept(batch);
        } catch (StoreException failure) {
            failOpen(batch, failure);
        } catch (RuntimeException | Error failure) {
            failOpen(batch, new StoreException("the store failed: " + failure, failure));
        }
    }

    private static void failOpen(List<Request<?>> batch, StoreException failure) {
        for (var request : batch) if (!request.isAnswered()) request.fail(failure);
    }

    private void refuseAll() {
        for (var request = queue.poll(); request != null; request = queue.poll()) {
            if (request instanceof Stop stop) stop.answer(true);
            else request.fail(new StoreException("the store is closed"));
        }
    }
}
