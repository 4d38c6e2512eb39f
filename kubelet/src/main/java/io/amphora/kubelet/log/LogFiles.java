package io.amphora.kubelet.log;

import io.amphora.api.core.v1.Pod;
import java.nio.file.Path;

/// Where logs lie: `<logs>/<namespace>_<name>_<uid>/<container>/<attempt>.log`, as tools that collect them
/// expect.
public final class LogFiles {
    private LogFiles() {}

    public static Path folder(Path logs, Pod pod) {
        return logs.resolve(pod.namespace() + "_" + pod.name() + "_" + pod.uid());
    }

    public static Path of(Path logs, Pod pod, String container, int attempt) {
        return folder(logs, pod).resolve(container).resolve(attempt + ".log");
    }
}
