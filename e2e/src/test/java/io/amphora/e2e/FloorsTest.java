package io.amphora.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The invariants of ARCHITECTURE.md that the poms do not hold already.
final class FloorsTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.amphora");

    @Test
    void only_the_state_of_the_api_server_sees_the_store() {
        classes()
                .that()
                .resideInAPackage("io.amphora.store..")
                .and()
                .areNotAssignableTo(Throwable.class) // what it refuses is told further up
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(
                        "io.amphora.store..",
                        "io.amphora.apiserver.state..",
                        "io.amphora.apiserver", // hands it on
                        "io.amphora.composition", // opens it
                        "io.amphora.bench")
                .check(PRODUCT);
    }

    @Test
    void peers_meet_only_through_the_api() {
        String[] peers = {"controllers", "scheduler", "kubelet", "proxy", "dns", "kubectl"};
        for (String one : peers)
            for (String other : peers)
                if (!one.equals(other))
                    noClasses()
                            .that()
                            .resideInAPackage("io.amphora." + one + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("io.amphora." + other + "..")
                            .check(PRODUCT);
    }

    @Test
    void what_decides_does_no_input_or_output() {
        noClasses()
                .that()
                .resideInAnyPackage("io.amphora.kubelet.plan..", "io.amphora.scheduler.plugin..")
                .or()
                .haveSimpleNameEndingWith("Controller")
                .and()
                .resideInAPackage("io.amphora.controllers..")
                .or()
                .haveNameMatching("io\\.amphora\\.proxy\\.(\\w*Rules|Ruleset|NftScript)")
                .or()
                .haveFullyQualifiedName("io.amphora.dns.Zone")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.nio.file..", "java.nio.channels..", "java.net.http..", "io.netty..")
                .check(PRODUCT);
    }

    @Test
    void time_and_chance_come_from_machinery_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.amphora.machinery..", "io.amphora.bench..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(PRODUCT);
    }

    @Test
    void modules_have_no_cycles() {
        slices().matching("io.amphora.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }
}
