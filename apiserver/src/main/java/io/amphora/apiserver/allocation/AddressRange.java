package io.amphora.apiserver.allocation;

import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.random.Randomness;
import java.math.BigInteger;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The addresses of one network that Services may have. Neither the network's own nor its
/// last one is given out. Not thread-safe.
final class AddressRange {
    private static final int LARGEST = 1 << 24;

    private final Cidr network;
    private final int size;
    private final Pool pool;

    AddressRange(String cidr, Randomness random) {
        this.network = Objects.requireNonNull(Cidr.parse(cidr), () -> cidr + " is no network")
                .network();
        this.size = network.size().min(BigInteger.valueOf(LARGEST)).intValue() - 2;
        this.pool = new Pool(Math.max(1, size), Math.min(Math.max(16, (size + 2) / 16), 256), random);
    }

    /// The n-th address, from 1.
    IpAddress address(int index) {
        return network.address().masked(network.length()).plus(index);
    }

    boolean contains(IpAddress address) {
        return network.contains(address) && index(address) >= 1 && index(address) <= size;
    }

    /// @return whether it was free
    boolean take(IpAddress address) {
        return pool.take(index(address) - 1);
    }

    @Nullable
    IpAddress takeAny() {
        if (size < 1) return null;
        OptionalInt taken = pool.takeAny();
        return taken.isPresent() ? address(taken.getAsInt() + 1) : null;
    }

    void release(IpAddress address) {
        if (contains(address)) pool.release(index(address) - 1);
    }

    private int index(IpAddress address) {
        var offset = new BigInteger(1, address.bytes())
                .subtract(new BigInteger(1, network.address().bytes()));
        return offset.bitLength() > 31 ? -1 : offset.intValue();
    }
}
