package io.amphora.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.amphora.cel.cost.SizeEstimate;
import io.amphora.cel.library.Libraries;
import io.amphora.cel.schema.SchemaType;
import io.amphora.cel.schema.TreeValues;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpressionTest {
    private static final long LIMIT = 1_000_000;

    private static final ObjectTree SCHEMA = Json.read("""
            {"type": "object", "required": ["name"], "properties": {
              "name": {"type": "string", "maxLength": 20},
              "count": {"type": "integer"},
              "ratio": {"type": "number"},
              "when": {"type": "string", "format": "date-time"},
              "long": {"type": "string", "format": "duration"},
              "bytes": {"type": "string", "format": "byte"},
              "either": {"x-kubernetes-int-or-string": true},
              "nothing": {"type": "string", "nullable": true},
              "with-dash": {"type": "string"}, "if": {"type": "string"}, "a__b": {"type": "string"},
              "labels": {"type": "object", "additionalProperties": {"type": "string"}},
              "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
              "keyed": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": {"type": "object", "properties": {"k": {"type": "string"}, "v": {"type": "integer"}}}},
              "plain": {"type": "array", "items": {"type": "integer"}}}}""").object();

    private static final ObjectTree OBJECT = Json.read("""
            {"name": "äpfel", "count": 3, "ratio": 1.5, "when": "2026-02-28T12:30:15.5Z", "long": "1h30m",
             "bytes": "aGk=", "either": "50%", "nothing": null, "with-dash": "d", "if": "i", "a__b": "u",
             "labels": {"a": "1", "b.c/d": "2"}, "set": ["x", "y"],
             "keyed": [{"k": "a", "v": 1}, {"k": "b", "v": 2}], "plain": [3, 1, 2]}""").object();

    private static Environment environment(SchemaType type) {
        var variables = new LinkedHashMap<String, CelType>();
        variables.put("self", type.cel());
        variables.put("oldSelf", type.cel());
        var structs = new LinkedHashMap<String, CelType>();
        type.collect(structs);
        return Environment.of(variables, structs, Libraries.KUBERNETES);
    }

    private static final SchemaType TYPE = Objects.requireNonNull(SchemaType.of(SCHEMA, "selfType", false));
    private static final Environment ENVIRONMENT = environment(TYPE);

    private static Evaluation evaluate(String expression, long limit) throws CompilationException {
        Object self = TreeValues.of(OBJECT, TYPE);
        return ENVIRONMENT.compile(expression).evaluate(limit, self, self);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                // the language
                "1 + 2 * 3 == 7",
                "-7 / 2 == -3 && -7 % 2 == -1",
                "7.0 / 2.0 == 3.5",
                "1 < 2.5 && 2u > 1",
                "'a' + 'b' == 'ab' && b'a' + b'b' == b'ab'",
                "[1, 2] + [3] == [1, 2, 3]",
                "true || 1 / 0 == 1",
                "1 / 0 == 1 || true",
                "!(false && 1 / 0 == 1)",
                "(1 == 1 ? 'y' : 'n') == 'y'",
                "2 in [1, 2] && 'a' in {'a': 1} && !(3 in [])",
                "{'a': 1, 'b': 2}.b == 2 && {1: 'x'}[1] == 'x'",
                "[1, 2, 3][1] == 2",
                "type(1) == int && type('a') == string && type([]) == list && type(type(1)) == type",
                "type(ip('1.2.3.4')) == net.IP",
                "size('äpfel') == 5 && 'äpfel'.size() == 5 && size([1]) == 1 && size({}) == 0 && size(b'abc') == 3",
                "[1, 2, 3].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x == 2)",
                "[1, 2, 3].filter(x, x > 1) == [2, 3] && [1, 2].map(x, x * 2) == [2, 4]",
                "[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]",
                "{'a': 1}.all(k, k == 'a')",
                "[1, 2].all(i, v, i + 1 == v) && {'a': 1}.exists(k, v, k == 'a' && v == 1)",
                "[1, 2].transformList(i, v, i + v) == [1, 3]",
                "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
                "int('42') == 42 && int(3.9) == 3 && int(-3.9) == -3 && uint(3) == 3u && double('1e3') == 1000.0",
                "string(1.0) == '1' && string(1e21) == '1e+21' && string(0.1) == '0.1' && string(true) == 'true'",
                "string(duration('1h30m')) == '5400s' && duration('1h') + duration('30m') == duration('90m')",
                "timestamp('2026-01-31T00:00:00Z') + duration('24h') == timestamp('2026-02-01T00:00:00Z')",
                "timestamp('2026-02-28T12:30:15Z').getMonth() == 1",
                "timestamp('2026-02-28T12:30:15Z').getDate() == 28 && timestamp('2026-02-28T12:30:15Z').getDayOfWeek() == 6",
                "timestamp('2026-02-28T23:30:00Z').getHours('+01:00') == 0",
                "timestamp('2026-02-28T23:30:00Z').getHours('Europe/Berlin') == 0",
                "duration('1h30m').getMinutes() == 90",
                "optional.of(1).hasValue() && optional.none().orValue(2) == 2 && optional.of(1).value() == 1",
                "optional.ofNonZeroValue('').hasValue() == false",
                "optional.of(1).optMap(x, x + 1).value() == 2",
                "[?optional.none(), 1].size() == 1 && {?'a': optional.of(1)}.a == 1",
                // libraries
                "'Hello'.lowerAscii() == 'hello' && 'Hello'.upperAscii() == 'HELLO' && ' x '.trim() == 'x'",
                "'hello'.charAt(1) == 'e' && 'hello'.indexOf('l') == 2 && 'hello'.lastIndexOf('l') == 3",
                "'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'ab'.split('') == ['a', 'b']",
                "['a', 'b'].join('-') == 'a-b' && 'aaa'.replace('a', 'b', 2) == 'bba' && 'ab'.replace('', '-') == '-a-b-'",
                "'hello'.substring(1, 3) == 'el' && 'hello'.substring(3) == 'lo'",
                "'%s %d %.2f %x %b'.format(['a', 255, 1.5, 255, 5]) == 'a 255 1.50 ff 101'",
                "strings.quote('a\"b') == '\"a\\\\\"b\"'",
                "'abc123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'abc'.matches('^a.c$')",
                "[1, 2].isSorted() && [1, 2].sum() == 3 && [1, 2].max() == 2 && [1, 2].min() == 1 && [1, 2, 1].lastIndexOf(1) == 2",
                "sets.contains([1, 2], [1]) && sets.equivalent([1, 2], [2, 1]) && sets.intersects([1], [1, 2])",
                "[3, 1, 2].sort() == [1, 2, 3] && [1, 1].distinct() == [1] && [1, 2].reverse() == [2, 1]",
                "[[1], [2]].flatten() == [1, 2] && [1, 2, 3].slice(1, 3) == [2, 3] && lists.range(3) == [0, 1, 2]",
                "[1, 2].first().value() == 1 && [1, 2].last().value() == 2 && ![1].filter(x, x > 1).first().hasValue()",
                "url('https://u@h.io:80/p/x?k=a&k=b').getHostname() == 'h.io'",
                "url('https://h.io:80/p?k=a&k=b').getQuery() == {'k': ['a', 'b']} && url('/x').getScheme() == '' && !isURL('x')",
                "ip('::1').family() == 6 && ip('127.0.0.1').isLoopback() && isIP('1.2.3.4') && !isIP('::ffff:1.2.3.4')",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
                "cidr('10.1.2.3/8').masked().ip() == ip('10.0.0.0') && string(cidr('10.0.0.0/8')) == '10.0.0.0/8'",
                "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('1k') == quantity('1000')",
                "quantity('1500m').asApproximateFloat() == 1.5 && quantity('2').add(1).asInteger() == 3",
                "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1.2', true).minor() == 2 && !isSemver('1.2')",
                "semver('1.0.0-rc.1').isLessThan(semver('1.0.0')) && semver('1.0.0+a') == semver('1.0.0+b')",
                "!format.dns1123Label().validate('abc').hasValue() && format.named('uuid').hasValue()",
                "format.dns1123Label().validate('A').value().size() == 1",
                // values of a schema
                "self.name == 'äpfel' && self.count == 3 && self.ratio == 1.5",
                "self.when.getFullYear() == 2026 && self.long == duration('90m') && self.bytes == b'hi'",
                "type(self.either) == string && self.either == '50%'",
                "!has(self.nothing) && has(self.name)",
                "self.with__dash__dash == 'd' && self.__if__ == 'i' && self.a__underscores__b == 'u'",
                "self.labels['b.c/d'] == '2' && self.labels.a == '1' && 'a' in self.labels && !('z' in self.labels)",
                "self.set == ['y', 'x'] && self.set + ['y', 'z'] == ['z', 'y', 'x']",
                "self.keyed == oldSelf.keyed && (self.keyed + self.keyed).size() == 2",
                "self.keyed.exists(x, x.k == 'b' && x.v == 2)",
                "self.plain != [1, 2, 3] && self.plain.sort() == [1, 2, 3]",
                "self == oldSelf",
                "self.?labels.?a.orValue('') == '1' && self.labels[?'z'].orValue('none') == 'none'",
            })
    void holds(String expression) throws CompilationException {
        Evaluation evaluation = evaluate(expression, LIMIT);
        assertThat(evaluation.error()).as(expression).isNull();
        assertThat(evaluation.value()).as(expression).isEqualTo(true);
        assertThat(evaluation.cost()).isNotNegative();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "1 / 0 == 1 § division by zero",
                "1 % 0 == 1 § modulus by zero",
                "9223372036854775807 + 1 == 0 § integer overflow",
                "0u - 1u == 0u § unsigned integer overflow",
                "[1][1] == 1 § index out of bounds: 1",
                "[1][-1] == 1 § index out of bounds: -1",
                "{'a': 1}['b'] == 1 § no such key: b",
                "self.labels.z == 'a' § no such key: z",
                "dyn(1) + 'a' == 'x' § no such overload",
                "int(self.name) == 1 § type conversion error from 'string' to 'int'",
                "optional.none().value() == 1 § optional.none() dereference",
                "'abc'.charAt(9) == '' § index out of range: 9",
                "[1].filter(x, x > 1).min() == 1 § min called on empty list",
                "quantity('1.5').asInteger() == 1 § cannot convert value to integer",
                "[1, 2].all(x, x / (x - 1) == 2) § division by zero",
            })
    void has_no_value(String expression, String why) throws CompilationException {
        CelException error = evaluate(expression, LIMIT).error();
        assertThat(error).as(expression).isNotNull().hasMessage(why);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "self.nope == 1 § ERROR: <input>:1:5: undefined field 'nope'",
                "foo(1) § ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')",
                "self.name + 1 == 'a' § ERROR: <input>:1:11: found no matching overload for '_+_' applied to '(string, int)'",
                "self.count + § ERROR: <input>:1:13: Syntax error: mismatched input '<EOF>' expecting",
                "has(self) § ERROR: <input>:1:5: invalid argument to has() macro",
                "[1, 'a'].size() == 2 § ERROR: <input>:1:5: expected type 'int' but found 'string'",
                "timestamp('x') == self.when § ERROR: <input>:1:11: invalid timestamp argument",
                "self.name.matches('[') § ERROR: <input>:1:19: invalid matches argument",
                "self.name.find('[') == '' § error parsing regexp: missing closing ]",
                "bool('yes') § type conversion error from 'string' to 'bool'",
                "'%d'.format(['x']) == '' § ERROR: <input>:1:14: error during formatting: decimal clause can only be used on integers",
            })
    void is_refused(String expression, String why) {
        assertThatThrownBy(() -> ENVIRONMENT.compile(expression))
                .isInstanceOf(CompilationException.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void an_evaluation_ends_when_it_has_cost_too_much() throws CompilationException {
        String nested = "lists.range(1000).all(x, lists.range(1000).all(y, x + y >= 0))";
        Evaluation evaluation = evaluate(nested, LIMIT);
        assertThat(evaluation.error())
                .isInstanceOf(CelException.CostExceeded.class)
                .hasMessage("operation cancelled: actual cost limit exceeded");
        assertThat(evaluate("lists.range(1000).map(x, [x]).size() == 1000", LIMIT)
                        .isTrue())
                .isTrue();
    }

    @ParameterizedTest(name = "{0}: at most {1}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "true § 0",
                "self.count == 3 § 2",
                "self.name == 'abc' § 3",
                "self.name.startsWith('a') § 3",
                "self.plain.all(x, x > 0) § 7864318",
                "[1, 2].all(x, x > 0) § 21",
            })
    void is_estimated_by_the_sizes_of_its_schema(String expression, long most) throws CompilationException {
        long estimate = ENVIRONMENT
                .compile(expression)
                .estimate(path -> {
                    SchemaType at = TYPE.at(path.subList(1, path.size()));
                    return at == null ? null : new SizeEstimate(0, at.maxElements());
                })
                .max();
        assertThat(estimate).isEqualTo(most);
    }

    @Test
    void the_result_has_a_type_and_says_what_it_reads() throws CompilationException {
        CheckedExpression expression = ENVIRONMENT.compile("self.name == oldSelf.name");
        assertThat(expression.resultType()).isEqualTo(SimpleType.BOOL);
        assertThat(expression.uses("oldSelf")).isTrue();
        assertThat(ENVIRONMENT.compile("self.name == ''").uses("oldSelf")).isFalse();
    }
}
