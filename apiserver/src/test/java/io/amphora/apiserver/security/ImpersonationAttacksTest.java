package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Nobody becomes by headers whom they may not be, and no header makes the server fail.
class ImpersonationAttacksTest {
    private static final User NOBODY = User.of("nobody", User.AUTHENTICATED);
    private static final User HELPER = User.of("helper", User.AUTHENTICATED);
    private static final String WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";

    private final AttackedServer server = new AttackedServer();

    @BeforeEach
    void start() {
        server.allow(
                HELPER, true, "{'apiGroups':[''],'resources':['users','serviceaccounts'],'verbs':['impersonate']}");
        server.allow(
                HELPER,
                true,
                "{'apiGroups':['authentication.k8s.io'],'resources':['userextras/a%b','uids'],'verbs':['impersonate']}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// @param headers as they come from the wire: in lower case, several values one to a line
    private static Attack as(User user, String name, int code, String says, String... headers) {
        var all = new LinkedHashMap<String, String>();
        for (int i = 0; i < headers.length; i += 2) all.put(headers[i], headers[i + 1]);
        return new Attack(name, user, WHO, Map.copyOf(all), "{}", code, says);
    }

    static Stream<Attack> attacks() {
        String user = "impersonate-user";
        return Stream.of(
                as(NOBODY, "who may not is told so", 403, "cannot impersonate resource \"users\"", user, "jane"),
                as(
                        NOBODY,
                        "an account that lacks its parts is a user",
                        403,
                        "cannot impersonate resource \"users\"",
                        user,
                        "system:serviceaccount::"),
                as(
                        NOBODY,
                        "an account that lacks its name is a user",
                        403,
                        "cannot impersonate resource \"users\"",
                        user,
                        "system:serviceaccount:default:"),
                as(
                        NOBODY,
                        "an account with a part more is a user",
                        403,
                        "cannot impersonate resource \"users\"",
                        user,
                        "system:serviceaccount:a:b:c"),
                as(
                        NOBODY,
                        "an account of a namespace that cannot be is a user",
                        403,
                        "cannot impersonate resource \"users\"",
                        user,
                        "system:serviceaccount:A_B:c"),
                as(
                        NOBODY,
                        "an account is one",
                        403,
                        "cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"a\"",
                        user,
                        "system:serviceaccount:a:b"),
                as(NOBODY, "colons alone are a user", 403, "cannot impersonate resource \"users\"", user, ":::"),
                as(NOBODY, "no name and nothing else is nobody else", 201, "nobody", user, ""),
                as(HELPER, "of several users the first counts", 201, "jane", user, "jane\nroot"),
                as(
                        HELPER,
                        "the strongest group takes a right of its own",
                        403,
                        "groups \"system:masters\" is forbidden: User \"helper\" cannot impersonate",
                        user,
                        "jane",
                        "impersonate-group",
                        "system:masters"),
                as(
                        HELPER,
                        "one group after an allowed one as well",
                        403,
                        "cannot impersonate resource \"groups\"",
                        user,
                        "jane",
                        "impersonate-group",
                        "\nsystem:masters"),
                as(
                        HELPER,
                        "a key that is badly escaped is what it is",
                        201,
                        "a%b",
                        user,
                        "jane",
                        "impersonate-extra-a%b",
                        "1"),
                as(
                        HELPER,
                        "also one that ends with the escape",
                        403,
                        "cannot impersonate resource \"userextras/a%\"",
                        user,
                        "jane",
                        "impersonate-extra-a%",
                        "1"),
                as(
                        HELPER,
                        "a key that is escaped is asked for as it is meant",
                        403,
                        "cannot impersonate resource \"userextras/x/y\"",
                        user,
                        "jane",
                        "impersonate-extra-x%2fy",
                        "1"),
                as(
                        HELPER,
                        "a plus is no space",
                        403,
                        "cannot impersonate resource \"userextras/x+y\"",
                        user,
                        "jane",
                        "impersonate-extra-x+y",
                        "1"),
                as(
                        HELPER,
                        "no key at all takes a right too",
                        403,
                        "cannot impersonate resource \"userextras\"",
                        user,
                        "jane",
                        "impersonate-extra-",
                        "1"),
                as(HELPER, "of several uids the first counts", 201, "u1", user, "jane", "impersonate-uid", "u1\nu2"));
    }

    @ParameterizedTest
    @MethodSource
    void attacks(Attack attack) {
        var outcome = server.send(attack.user(), attack.request(), attack.headers(), attack.body());
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(attack.code());
        ObjectTree who = outcome.tree().object("status").object("userInfo");
        assertThat(outcome.code() == 201 ? who.toString() : outcome.text()).contains(attack.says());
        assertThat(who.text("username")).doesNotContain("root");
    }
}
