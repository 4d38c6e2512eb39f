package io.amphora.api.events.v1;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// One event in two forms. The groups name the same things differently:
///
/// ```
///   core                                     events.k8s.io
///   involvedObject                           regarding
///   message                                  note
///   reportingComponent                       reportingController
/// source, firstTimestamp, lastTimestamp,   deprecatedSource, deprecatedFirstTimestamp,
/// deprecatedLastTimestamp,
///   count                                    deprecatedCount
/// ```
final class EventForms {
    private static final String[][] NAMES = {
        {"involvedObject", "regarding"},
        {"message", "note"},
        {"reportingComponent", "reportingController"},
        {"source", "deprecatedSource"},
        {"firstTimestamp", "deprecatedFirstTimestamp"},
        {"lastTimestamp", "deprecatedLastTimestamp"},
        {"count", "deprecatedCount"},
    };

    private EventForms() {}

    static ObjectTree toCore(ObjectTree event) {
        return renamed(event, 1, 0).with("apiVersion", "v1");
    }

    static ObjectTree fromCore(ObjectTree event) {
        return renamed(event, 0, 1).with("apiVersion", "events.k8s.io/v1");
    }

    private static ObjectTree renamed(ObjectTree event, int from, int to) {
        ObjectTree result = event;
        for (String[] pair : NAMES) {
            Tree value = event.find(pair[from]);
            if (value != null) result = result.without(pair[from]).with(pair[to], value);
        }
        return result;
    }
}
