package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KernelTest {
    private static final String FILE_SYSTEMS = "nodev\tsysfs\nnodev\ttmpfs\n\text4\n";
    private static final Shell.Result FILTER = new Shell.Result(0, "", "");

    @Test
    void a_kernel_that_has_all_is_fine() {
        assertThat(Kernel.missing(FILE_SYSTEMS + "nodev\toverlay\n", FILTER)).isEmpty();
    }

    @Test
    void what_a_kernel_lacks_is_said_with_what_to_do() {
        assertThat(Kernel.missing(FILE_SYSTEMS + "nodev\toverlayed\n", FILTER))
                .contains("this kernel has no overlayfs, of which containers' file systems are made: load it"
                        + " (modprobe overlay), or boot a kernel with CONFIG_OVERLAY_FS");
        var refused = new Shell.Result(1, "", "netlink: Error: cache initialization failed: Protocol not supported\n");
        assertThat(Kernel.missing(FILE_SYSTEMS + "nodev\toverlay\n", refused))
                .contains("this kernel has no nftables, by which Services are reached: load it (modprobe nf_tables),"
                        + " or boot a kernel with CONFIG_NF_TABLES (nft says: netlink: Error: cache initialization"
                        + " failed: Protocol not supported)");
    }
}
