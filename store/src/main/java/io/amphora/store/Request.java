package io.amphora.store;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What a caller asks of the writer thread, and the place where the caller waits for the answer.
abstract class Request<A> {
    private final Thread asker = Thread.currentThread();
    private volatile @Nullable Object answer; // an A, or the StoreException that says why there is none

    final void answer(A value) {
        answer = value;
        LockSupport.unpark(asker);
    }

    final void fail(StoreException failure) {
        answer = failure;
        LockSupport.unpark(asker);
    }

    final boolean isAnswered() {
        return answer != null;
    }

    /// Doesn't end by interruption: the request is on its way to the disk, and who gave up would not know what
    /// became of it.
    ///
    /// @throws StoreException on the asker's own stack
    @SuppressWarnings("unchecked") // only answer and fail set it
    final A await() {
        boolean interrupted = false;
        Object result;
        while ((result = answer) == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) asker.interrupt();
        if (result instanceof CompactedException compacted) throw compacted;
        if (result instanceof StoreException failure)
            throw new StoreException(String.valueOf(failure.getMessage()), failure);
        return (A) result;
    }
}
