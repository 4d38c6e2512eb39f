package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder of files for `up -f` has a program that runs as root.
class TrustedProgramTest {
    @TempDir
    Path home;

    private Path folder;
    private Path program;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(home.resolve("files"));
        Path images = Files.createDirectory(folder.resolve("images"));
        program = Files.writeString(images.resolve("build"), "#!/bin/sh\n");
        for (Path path : new Path[] {folder, images, program}) mode(path, "rwxr-xr-x");
    }

    @Test
    void one_s_own_is_run() {
        assertThatCode(() -> TrustedProgram.require(folder, program)).doesNotThrowAnyException();
    }

    @Test
    void what_others_can_change_is_not_run() throws IOException {
        for (Path path : new Path[] {folder, folder.resolve("images"), program}) {
            mode(path, "rwxr-xrwx");
            assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("changed by others");
            mode(path, "rwxr-xr-x");
        }
    }

    @Test
    void what_belongs_to_another_user_is_not_run() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
        for (Path path : new Path[] {folder, folder.resolve("images"), program}) {
            Files.setAttribute(path, "unix:uid", 65_534, LinkOption.NOFOLLOW_LINKS);
            assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("another user");
            Files.setAttribute(path, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
        }
    }

    @Test
    void a_link_out_of_the_folder_is_not_followed() throws IOException {
        Path elsewhere = Files.writeString(home.resolve("elsewhere"), "#!/bin/sh\n");
        mode(elsewhere, "rwxr-xr-x");
        Files.delete(program);
        Files.createSymbolicLink(program, elsewhere);
        assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("a link out of");
    }

    @Test
    void what_the_program_reads_is_judged_like_itself() throws IOException {
        Path read = Files.createDirectories(program.resolveSibling("rootfs/bin"));
        Path script = Files.writeString(read.resolve("serve"), "#!/bin/sh\n");
        for (Path path : new Path[] {read.getParent(), read, script}) mode(path, "rwxr-xr-x");
        assertThatCode(() -> TrustedProgram.require(folder, program)).doesNotThrowAnyException();
        for (Path path : new Path[] {read.getParent(), read, script}) {
            mode(path, "rwxr-xrwx");
            assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("changed by others");
            mode(path, "rwxr-xr-x");
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
        Files.setAttribute(script, "unix:uid", 65_534, LinkOption.NOFOLLOW_LINKS);
        assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("another user");
    }

    @Test
    void what_the_program_reads_is_no_link_out_of_the_folder() throws IOException {
        Path elsewhere = Files.writeString(home.resolve("elsewhere"), "somebody's");
        mode(elsewhere, "rw-r--r--");
        Path link = program.resolveSibling("copied");
        Files.createSymbolicLink(link, elsewhere);
        assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("a link out of");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("nowhere"));
        assertThatThrownBy(() -> TrustedProgram.require(folder, program)).hasMessageContaining("cannot look at");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("build"));
        assertThatCode(() -> TrustedProgram.require(folder, program)).doesNotThrowAnyException();
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
