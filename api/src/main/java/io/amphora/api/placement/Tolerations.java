package io.amphora.api.placement;

import io.amphora.api.core.v1.Taint;
import io.amphora.api.core.v1.Toleration;
import java.util.List;

/// Which taints a Pod's tolerations let it bear.
public final class Tolerations {
    private Tolerations() {}

    public static boolean tolerate(List<Toleration> tolerations, Taint taint) {
        return tolerate(tolerations, taint.key(), taint.value(), taint.effect());
    }

    public static boolean tolerate(List<Toleration> tolerations, String key, String value, String effect) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, key, value, effect));
    }

    private static boolean tolerates(Toleration toleration, String key, String value, String effect) {
        if (!toleration.effect().isEmpty() && !toleration.effect().equals(effect)) return false;
        if (!toleration.key().isEmpty() && !toleration.key().equals(key)) return false;
        return switch (toleration.operator()) {
            case "Exists" -> true;
            case "", "Equal" -> toleration.value().equals(value);
            case "Gt" -> compare(value, toleration.value()) > 0;
            case "Lt" -> compare(value, toleration.value()) < 0;
            default -> false;
        };
    }

    /// Compares whole numbers; 0, so neither more nor less, when one is none.
    private static int compare(String left, String right) {
        try {
            return Long.compare(Long.parseLong(left), Long.parseLong(right));
        } catch (NumberFormatException notWhole) {
            return 0;
        }
    }
}
