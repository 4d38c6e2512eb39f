package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/// A server of two lines: calls go to a function, watches are fed by the test.
final class FakeTransport implements Transport {
    final List<ApiRequest> calls = new ArrayList<>();
    final LinkedBlockingQueue<OpenWatch> watches = new LinkedBlockingQueue<>();
    volatile Function<ApiRequest, ObjectTree> answer = request -> ObjectTree.EMPTY;
    volatile Function<ApiRequest, ObjectTree> refusal = request -> ObjectTree.EMPTY;

    record OpenWatch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        void tell(String type, ObjectTree object) {
            events.accept(new WatchEvent(type, object));
        }
    }

    @Override
    public synchronized ObjectTree call(ApiRequest request) {
        calls.add(request);
        return answer.apply(request);
    }

    @Override
    public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        ObjectTree status = refusal.apply(request);
        if (!status.isEmpty()) throw new ApiException(status);
        watches.add(new OpenWatch(request, events, closed));
        return closed::run;
    }

    @Override
    public void close() {}
}
