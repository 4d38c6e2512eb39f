package io.amphora.machinery.quantity;

import io.amphora.machinery.tree.Tree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// An amount of something (cores, bytes, devices), exact to a billionth, with the way it likes to be written.
///
/// Immutable. Equal when the amounts are, however they are written. Amounts that fit `long * 10^scale` stay off
/// `BigDecimal`, which is nearly all there are. Kubernetes: apimachinery's `resource.Quantity`.
public final class Quantity implements Comparable<Quantity> {

    /// How an amount is written: `12e6`, `12Mi`, `12M`.
    public enum Format {
        DECIMAL_EXPONENT,
        BINARY_SI,
        DECIMAL_SI
    }

    public static final Quantity ZERO = new Quantity(0, 0, null, Format.DECIMAL_SI, "0");

    /// The amount is `big`, or else `unscaled * 10^scale`.
    private final long unscaled;
    private final int scale;
    private final @Nullable BigDecimal big;
    private final Format format;
    private @Nullable String text;

    private Quantity(long unscaled, int scale, @Nullable BigDecimal big, Format format, @Nullable String text) {
        this.unscaled = unscaled;
        this.scale = scale;
        this.big = big;
        this.format = format;
        this.text = text;
    }

    /// @throws QuantityFormatException with Kubernetes' wording
    public static Quantity parse(String text) {
        return QuantityText.parse(text);
    }

    /// The quantity that stands in an object: a text, with blanks around it ignored, or a number; zero for
    /// nothing.
    ///
    /// @throws QuantityFormatException for anything else
    public static Quantity parse(Tree tree) {
        return switch (tree) {
            case Tree.Text(var value) -> parse(value.trim());
            case Tree.Whole(var value) -> parse(Long.toString(value));
            case Tree.Decimal(var value) -> parse(BigDecimal.valueOf(value).toPlainString());
            case Tree.Null ignored -> ZERO;
            default -> parse(tree.toString());
        };
    }

    public static Quantity of(long amount, Format format) {
        return exact(amount, 0, format, null);
    }

    public static Quantity of(long amount) {
        return of(amount, Format.DECIMAL_SI);
    }

    /// Thousandths: 1500 is one and a half.
    public static Quantity ofMilli(long thousandths, Format format) {
        return exact(thousandths, -3, format, null);
    }

    static Quantity exact(long unscaled, int scale, Format format, @Nullable String text) {
        return new Quantity(unscaled, unscaled == 0 ? 0 : scale, null, format, text);
    }

    static Quantity exact(BigDecimal amount, Format format) {
        return new Quantity(0, 0, amount, format, null);
    }

    public Format format() {
        return format;
    }

    public boolean isZero() {
        return sign() == 0;
    }

    /// -1, 0 or 1.
    public int sign() {
        return big != null ? big.signum() : Long.signum(unscaled);
    }

    /// Whether there is no fraction, however large the amount is.
    public boolean isWhole() {
        if (big == null && scale >= 0) return true;
        return decimal().stripTrailingZeros().scale() <= 0;
    }

    /// The amount as a whole number, rounded away from zero; the nearest `long` where it does not fit.
    public long value() {
        return scaledValue(0);
    }

    /// The amount in thousandths, rounded away from zero; the nearest `long` where it does not fit.
    public long milliValue() {
        return scaledValue(-3);
    }

    /// The amount in units of `10^power`, rounded away from zero; the nearest `long` where it does not fit.
    public long scaledValue(int power) {
        if (big == null) {
            if (scale == power) return unscaled;
            long factor = power(scale - power);
            if (scale > power && factor != 0 && fits(unscaled, factor)) return unscaled * factor;
            if (scale < power && factor != 0) return divideUp(unscaled, factor);
        }
        BigInteger value =
                decimal().scaleByPowerOfTen(-power).setScale(0, RoundingMode.UP).toBigInteger();
        return value.bitLength() <= 63 ? value.longValue() : value.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /// The amount, with what a double can hold of it.
    public double asDouble() {
        return big == null && scale == 0 ? unscaled : decimal().doubleValue();
    }

    public BigDecimal decimal() {
        return big != null ? big : BigDecimal.valueOf(unscaled, -scale);
    }

    /// The sum, written like this quantity, or like `other` when this one is zero.
    public Quantity add(Quantity other) {
        Format written = isZero() ? other.format : format;
        if (big == null && other.big == null) {
            if (other.unscaled == 0) return exact(unscaled, scale, written, null);
            if (unscaled == 0) return exact(other.unscaled, other.scale, written, null);
            int finer = Math.min(scale, other.scale);
            long mine = power(scale - finer);
            long its = power(other.scale - finer);
            if (mine != 0 && its != 0 && fits(unscaled, mine) && fits(other.unscaled, its)) {
                long a = unscaled * mine;
                long b = other.unscaled * its;
                long sum = a + b;
                if (((a ^ sum) & (b ^ sum)) >= 0) return exact(sum, finer, written, null);
            }
        }
        return exact(decimal().add(other.decimal()), written);
    }

    /// The difference, written like this quantity, or like `other` when this one is zero.
    public Quantity subtract(Quantity other) {
        return add(other.negate());
    }

    public Quantity negate() {
        return big == null && unscaled != Long.MIN_VALUE
                ? exact(-unscaled, scale, format, null)
                : exact(decimal().negate(), format);
    }

    public Quantity multiply(long factor) {
        return big == null && fits(unscaled, factor)
                ? exact(unscaled * factor, scale, format, null)
                : exact(decimal().multiply(BigDecimal.valueOf(factor)), format);
    }

    /// This amount, rounded away from zero to a multiple of `10^power`; this very quantity, text and all, when
    /// it needs
    /// no rounding by its form. The API rounds container resources to thousandths this way.
    public Quantity roundUp(int power) {
        if (big != null) {
            BigDecimal rounded = big.scale() > -power ? big.setScale(-power, RoundingMode.UP) : big;
            return exact(rounded, format);
        }
        if (scale >= power) return this;
        return exact(scaledValue(power), power, format, null);
    }

    public Quantity max(Quantity other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public Quantity min(Quantity other) {
        return compareTo(other) <= 0 ? this : other;
    }

    @Override
    public int compareTo(Quantity other) {
        if (big == null && other.big == null && scale == other.scale) return Long.compare(unscaled, other.unscaled);
        return decimal().compareTo(other.decimal());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Quantity that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return decimal().stripTrailingZeros().hashCode();
    }

    /// The canonical text, or the text this quantity was read from where Kubernetes keeps that.
    @Override
    public String toString() {
        if (text == null)
            text = big != null ? QuantityText.canonical(big, format) : QuantityText.canonical(unscaled, scale, format);
        return text;
    }

    private static long divideUp(long value, long divisor) {
        long quotient = value / divisor;
        return value % divisor == 0 ? quotient : value > 0 ? quotient + 1 : quotient - 1;
    }

    private static boolean fits(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == 0 && low >= 0 || high == -1 && low < 0;
    }

    /// `10^|exponent|`, 0 where a long does not hold it.
    private static long power(int exponent) {
        int count = Math.abs(exponent);
        if (count > 18) return 0;
        long power = 1;
        for (int i = 0; i < count; i++) power *= 10;
        return power;
    }
}
