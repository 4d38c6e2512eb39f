package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.DOUBLE;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.Opaque;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.quantity.QuantityFormatException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Kubernetes' quantities.
final class QuantityLibrary implements Library {
    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");

    record Amount(Quantity quantity) implements Opaque {
        @Override
        public String typeName() {
            return QUANTITY.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Amount(var theirs) && quantity.compareTo(theirs) == 0;
        }

        @Override
        public int hashCode() {
            return quantity.decimal().stripTrailingZeros().hashCode();
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(QUANTITY);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        all.put(
                "quantity",
                List.of(Overload.global(
                        "string_to_quantity", QUANTITY, List.of(STRING), of -> parsed((String) of[0]))));
        all.put("isQuantity", List.of(Overload.global("is_quantity_string", BOOL, List.of(STRING), of -> {
            try {
                parsed((String) of[0]);
                return true;
            } catch (CelException none) {
                return false;
            }
        })));
        all.put("sign", asked("quantity_sign", INT, each -> (long) each.sign()));
        all.put("isInteger", asked("quantity_is_integer", BOOL, each -> each.isWhole() && fits(each)));
        all.put("asInteger", asked("quantity_get_integer", INT, each -> {
            if (!each.isWhole() || !fits(each)) throw new CelException("cannot convert value to integer");
            return each.decimal().longValueExact();
        }));
        all.put("asApproximateFloat", asked("quantity_get_float", DOUBLE, Quantity::asDouble));
        all.put("isGreaterThan", compared("quantity_is_greater_than", BOOL, sign -> sign > 0));
        all.put("isLessThan", compared("quantity_is_less_than", BOOL, sign -> sign < 0));
        all.put("compareTo", compared("quantity_compare_to", INT, sign -> (long) Integer.signum(sign)));
        all.put(
                "add",
                List.of(
                        Overload.member(
                                "quantity_add",
                                QUANTITY,
                                List.of(QUANTITY, QUANTITY),
                                of -> new Amount(quantity(of[0]).add(quantity(of[1])))),
                        Overload.member(
                                "quantity_add_int",
                                QUANTITY,
                                List.of(QUANTITY, INT),
                                of -> new Amount(quantity(of[0]).add(Quantity.of((long) of[1]))))));
        all.put(
                "sub",
                List.of(
                        Overload.member(
                                "quantity_sub",
                                QUANTITY,
                                List.of(QUANTITY, QUANTITY),
                                of -> new Amount(quantity(of[0]).subtract(quantity(of[1])))),
                        Overload.member(
                                "quantity_sub_int",
                                QUANTITY,
                                List.of(QUANTITY, INT),
                                of -> new Amount(quantity(of[0]).subtract(Quantity.of((long) of[1]))))));
        return all;
    }

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);

    private static boolean fits(Quantity quantity) {
        BigDecimal value = quantity.decimal();
        return value.compareTo(MOST) <= 0 && value.compareTo(LEAST) >= 0;
    }

    private static Quantity quantity(Object value) {
        return ((Amount) value).quantity();
    }

    private static Amount parsed(String text) {
        try {
            return new Amount(Quantity.parse(text));
        } catch (QuantityFormatException bad) {
            throw new CelException(String.valueOf(bad.getMessage()));
        }
    }

    private static List<Overload> asked(String id, CelType result, Function<Quantity, Object> body) {
        return List.of(Overload.member(id, result, List.of(QUANTITY), of -> body.apply(quantity(of[0]))));
    }

    private static List<Overload> compared(String id, CelType result, Function<Integer, Object> body) {
        return List.of(Overload.member(
                id,
                result,
                List.of(QUANTITY, QUANTITY),
                of -> body.apply(quantity(of[0]).compareTo(quantity(of[1])))));
    }
}
