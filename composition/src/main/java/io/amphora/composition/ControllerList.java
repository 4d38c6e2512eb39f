package io.amphora.composition;

import java.util.Arrays;
import java.util.List;

/// What `--controllers` says: kube-controller-manager's list, in which `-kube-scheduler` leaves out the scheduler,
/// so that somebody else's may run.
///
/// @param controllers empty for all
record ControllerList(List<String> controllers, boolean scheduler) {
    private static final String SCHEDULER = "kube-scheduler";

    static ControllerList parse(String text) {
        List<String> names = Arrays.stream(text.split(",")).map(String::strip).toList();
        return new ControllerList(
                names.stream()
                        .filter(name -> !name.equals(SCHEDULER) && !name.equals("-" + SCHEDULER))
                        .toList(),
                !names.contains("-" + SCHEDULER));
    }
}
