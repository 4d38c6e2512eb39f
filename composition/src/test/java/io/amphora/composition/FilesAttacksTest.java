package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.rbac.v1.ClusterRoleBindings;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Other users of the machine read what a cluster keeps there: they get in nowhere.
class FilesAttacksTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "memory"})
    void nobody_else_gets_into_the_data_folder_of_a_server(String store) throws Exception {
        Path data = Files.createDirectory(
                home.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var _ = start(data, store)) {
            assertThat(mode(data)).isEqualTo("rwx------");
            assertThat(mode(data.resolve("pki"))).isEqualTo("rwx------");
            for (String secret : List.of("admin.kubeconfig", "super-admin.kubeconfig", "pki/ca.key", "pki/admin.key"))
                assertThat(mode(data.resolve(secret))).as(secret).isEqualTo("rw-------");
        }
    }

    @Test
    void a_data_folder_of_another_user_is_not_taken() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a folder away");
        Path data = Files.createDirectory(home.resolve("data"));
        Files.setAttribute(data, "unix:uid", 65_534, LinkOption.NOFOLLOW_LINKS);
        assertThatThrownBy(() -> start(data, "memory")).hasMessageContaining("belongs to another user");
    }

    @Test
    void administrators_can_be_unbound_and_stay_so_but_for_the_file_of_emergencies() {
        Path data = home.resolve("data");
        try (var _ = start(data, "rocksdb");
                var admin = Connections.admin(data.resolve("admin.kubeconfig"))) {
            admin.resource(Namespaces.DEFINITION).list();
            admin.resource(ClusterRoleBindings.DEFINITION).delete("kubeadm:cluster-admins");
        }
        try (var _ = start(data, "rocksdb");
                var admin = Connections.admin(data.resolve("admin.kubeconfig"));
                var emergency = Connections.admin(data.resolve("super-admin.kubeconfig"))) {
            assertThatThrownBy(() -> admin.resource(Namespaces.DEFINITION).list())
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("cannot list resource \"namespaces\"");
            assertThat(emergency.resource(Namespaces.DEFINITION).list()).isNotEmpty();
        }
    }

    private static ControlPlane start(Path data, String store) {
        var options = new ControlPlane.Options(
                data,
                store,
                0,
                ControllerList.parse("namespace-controller"),
                0,
                data.resolve("admin.kubeconfig"),
                "127.0.0.1",
                false,
                ClusterNetwork.DEFAULT,
                Patience.USUAL,
                Hardening.NONE);
        return ControlPlane.start(options, Clock.system(), Randomness.seeded(1));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
