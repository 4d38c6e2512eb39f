package io.amphora.apiserver.auth;

/// Who the cluster's own parts are to the API server. None of them is a master: each may do what its roles say.
public final class Components {
    public static final User SCHEDULER = User.of("system:kube-scheduler", User.AUTHENTICATED);

    /// Lists and watches everything for its controllers, each of which writes as itself.
    public static final User CONTROLLER_MANAGER = User.of("system:kube-controller-manager", User.AUTHENTICATED);

    public static final User PROXY = User.of("system:kube-proxy", User.AUTHENTICATED);

    /// All nodes that only pretend.
    public static final User SIMULATED_NODES = User.of("system:simulated-nodes", User.AUTHENTICATED);

    private Components() {}

    /// A controller, by its ServiceAccount of kube-system.
    public static User controller(String account) {
        var name = new ServiceAccountName("kube-system", account);
        User user = User.of(name.user(), name.groups().toArray(String[]::new));
        return user.with(User.AUTHENTICATED);
    }
}
