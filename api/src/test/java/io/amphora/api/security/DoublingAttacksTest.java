package io.amphora.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.amphora.api.ApiObject;
import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.machinery.apply.FieldOwnership;
import io.amphora.machinery.apply.FieldSet;
import io.amphora.machinery.apply.Manager;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ObjectTree;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each list and map of each kind, made larger: what the server does with it grows in proportion. Work is told by the
/// memory that it takes, which is the same each time.
class DoublingAttacksTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int FEW = 120;
    private static final int MANY = 4 * FEW;

    /// Four times as many entries may take so many times the memory; work in squares takes sixteen times.
    private static final double MOST = 7;

    @Test
    void four_times_the_entries_are_about_four_times_the_work() {
        Set<String> seen = Grown.none();
        var steep = new ArrayList<String>();
        for (ResourceDefinition<?> kind : Kinds.ALL)
            for (Grown grown : Grown.all(kind.schema(), seen)) {
                double growth = growth(kind, grown);
                if (growth > MOST) steep.add(kind.qualifiedName() + " " + grown + ": " + growth);
            }
        assertThat(steep).isEmpty();
    }

    private static double growth(ResourceDefinition<?> kind, Grown grown) {
        ObjectTree few = grown.with(FEW);
        ObjectTree many = grown.with(MANY);
        work(kind, few);
        return (double) work(kind, many) / work(kind, few);
    }

    /// Bytes that decoding, defaults, validation, warnings and printing of an object take.
    private static <T extends ApiObject> long work(ResourceDefinition<T> kind, ObjectTree sent) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        ObjectTree decoded = StrictDecoder.decode(sent, kind.schema()).tree();
        T object = kind.strategy().withDefaults(kind.view(decoded));
        kind.strategy().validate(object, new FieldErrors());
        kind.strategy().validateUpdate(object, object, new FieldErrors());
        List<String> warnings = kind.strategy().warnings(object);
        assertThat(warnings).isNotNull();
        kind.columns().cells().apply(object, Instant.EPOCH);
        own(kind, decoded);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /// What is written, and then applied, has its owners.
    private static void own(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree empty = ObjectTree.of("apiVersion", kind.gvk().apiVersion(), "kind", kind.kind());
        var writer = Manager.updating("writer", kind.gvk().apiVersion(), "");
        var applier = Manager.applying("applier", kind.gvk().apiVersion(), "");
        Instant now = Instant.EPOCH;
        ObjectTree plain = object.without("metadata");
        ObjectTree live = FieldOwnership.update(empty, plain, kind.schema(), writer, FieldSet.EMPTY, true, now);
        try {
            FieldOwnership.apply(live, plain, kind.schema(), applier, FieldSet.EMPTY, true, false, now);
        } catch (IllegalArgumentException twice) {
            // entries that have no key of their own
        }
    }
}
