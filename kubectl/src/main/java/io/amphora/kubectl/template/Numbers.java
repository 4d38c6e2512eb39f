package io.amphora.kubectl.template;

import java.util.function.Supplier;

/// Go's constants: `1_000`, `0x1F`, `0b1`, `1e3`, `0x1p-2`, `1+2i`, `'a'`.
final class Numbers {
    private Numbers() {}

    static Value read(String text, Supplier<? extends RuntimeException> illegal) {
        try {
            if (text.endsWith("i")) return complex(text.substring(0, text.length() - 1));
            String bare = text.replaceFirst("^[+-]", "");
            boolean hexadecimal = bare.startsWith("0x") || bare.startsWith("0X");
            boolean decimal = hexadecimal ? bare.matches(".*[.pP].*") : bare.matches(".*[.eE].*");
            return decimal ? new Value.Decimal(decimal(text)) : new Value.Whole(whole(text));
        } catch (NumberFormatException wrong) {
            throw illegal.get();
        }
    }

    private static Value complex(String text) {
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
        boolean exponent = sign > 0 && "eEpP".indexOf(text.charAt(sign - 1)) >= 0;
        if (sign <= 0 || exponent) return new Value.Complex(0, decimal(text));
        return new Value.Complex(decimal(text.substring(0, sign)), decimal(text.substring(sign)));
    }

    private static double decimal(String text) {
        String plain = underscoreless(text);
        if (plain.matches("[+-]?0[xX].*")) {
            if (!plain.matches(".*[pP].*")) return whole(text);
            return Double.parseDouble(plain);
        }
        if (!plain.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?")) throw new NumberFormatException();
        double number = Double.parseDouble(plain);
        if (Double.isInfinite(number)) throw new NumberFormatException();
        return number;
    }

    private static long whole(String text) {
        String plain = underscoreless(text);
        boolean negative = plain.startsWith("-");
        String digits = plain.replaceFirst("^[+-]", "");
        String prefix = digits.length() > 1 ? digits.substring(0, 2).toLowerCase(java.util.Locale.ROOT) : "";
        String sign = negative ? "-" : "";
        return switch (prefix) {
            case "0x" -> Long.parseLong(sign + digits.substring(2), 16);
            case "0o" -> Long.parseLong(sign + digits.substring(2), 8);
            case "0b" -> Long.parseLong(sign + digits.substring(2), 2);
            default ->
                digits.length() > 1 && digits.startsWith("0")
                        ? Long.parseLong(sign + digits, 8)
                        : Long.parseLong(sign + digits);
        };
    }

    private static String underscoreless(String text) {
        if (text.contains("__") || text.endsWith("_") || text.startsWith("_")) throw new NumberFormatException();
        return text.replace("_", "");
    }
}
