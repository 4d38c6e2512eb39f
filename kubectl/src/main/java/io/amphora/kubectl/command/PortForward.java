package io.amphora.kubectl.command;

import io.amphora.http.spdy.SpdyConnection;
import io.amphora.http.spdy.SpdyStream;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// `port-forward`: local ports that lead into a Pod, over SPDY streams in a WebSocket (KEP-4006).
final class PortForward implements Command {
    private static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    /// @param local 0 for any that is free
    private record Port(int local, int remote) {}

    @Override
    public String name() {
        return "port-forward";
    }

    @Override
    public String summary() {
        return "Forward one or more local ports to a pod";
    }

    @Override
    public String usage() {
        return "kubectl port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT ... [--address=A]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.commas("address").duration("pod-running-timeout");
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() < 2)
            throw Failure.usage("port-forward", "TYPE/NAME and list of ports are required for port-forward");
        String word = words.getFirst();
        ObjectTree pod = PodTargets.pod(session, word);
        ObjectTree service = word.matches("(svc|service|services)/.*")
                ? session.resource(session.kinds().named("services"), session.namespace())
                        .get(word.split("/")[1])
                        .tree()
                : ObjectTree.EMPTY;
        var ports = new ArrayList<Port>();
        for (String spec : words.subList(1, words.size())) ports.add(port(spec, pod, service));
        String phase = pod.object("status").text("phase");
        if (!phase.equals("Running"))
            throw Failure.error("unable to forward port because pod is not running. Current status=" + phase);
        forward(session, pod, ports);
    }

    private static Port port(String spec, ObjectTree pod, ObjectTree service) {
        String[] parts = spec.split(":", -1);
        if (parts.length > 2) throw Failure.error("invalid port format '" + spec + "'");
        String remote = parts[parts.length - 1];
        int target = service.isEmpty() ? remote(remote, pod) : behind(remote, service, pod);
        if (parts.length == 1) return new Port(remote.matches("\\d+") ? number(remote, "remote") : target, target);
        return new Port(parts[0].isEmpty() ? 0 : number(parts[0], "local"), target);
    }

    private static int number(String text, String which) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535)
            throw Failure.error("error parsing " + which + " port '" + text + "': strconv.ParseUint: parsing \"" + text
                    + "\": " + (text.matches("\\d+") ? "value out of range" : "invalid syntax"));
        return Integer.parseInt(text);
    }

    private static int remote(String text, ObjectTree pod) {
        if (text.matches("\\d+")) {
            int port = number(text, "remote");
            if (port == 0) throw Failure.error("remote port must be > 0");
            return port;
        }
        for (Tree container : pod.object("spec").list("containers"))
            for (Tree port : container.object().list("ports"))
                if (port.object().text("name").equals(text))
                    return (int) port.object().whole("containerPort");
        throw Failure.error(
                "Pod '" + pod.object("metadata").text("name") + "' does not have a named port '" + text + "'");
    }

    /// The Pod's port behind a Service's.
    private static int behind(String text, ObjectTree service, ObjectTree pod) {
        for (Tree each : service.object("spec").list("ports")) {
            ObjectTree port = each.object();
            if (!port.text("name").equals(text)
                    && !Long.toString(port.whole("port")).equals(text)) continue;
            if (service.object("spec").text("clusterIP").equals("None")) return (int) port.whole("port");
            Tree target = port.get("targetPort");
            String named = target.text();
            return named != null
                    ? remote(named, pod)
                    : target instanceof Tree.Whole(var whole) ? (int) whole : (int) port.whole("port");
        }
        throw Failure.error(
                "Service " + service.object("metadata").text("name") + " does not have a service port " + text);
    }

    private static void forward(Session session, ObjectTree pod, List<Port> ports) {
        ObjectTree metadata = pod.object("metadata");
        String path =
                "/api/v1/namespaces/" + metadata.text("namespace") + "/pods/" + metadata.text("name") + "/portforward";
        List<String> addresses = session.flags().list("address").isEmpty()
                ? List.of("127.0.0.1")
                : session.flags().list("address").stream()
                        .map(each -> each.equals("localhost") ? "127.0.0.1" : each)
                        .toList();
        try (var tunnel = session.connection().tunnel(path, PROTOCOL);
                SpdyConnection spdy = SpdyConnection.over(tunnel, true)) {
            var requests = new AtomicInteger();
            for (String address : addresses) for (Port port : ports) listen(session, spdy, address, port, requests);
            spdy.accept();
        } catch (IOException broken) {
            throw Failure.error("lost connection to pod");
        }
        throw Failure.error("lost connection to pod");
    }

    private static void listen(Session session, SpdyConnection spdy, String address, Port port, AtomicInteger requests)
            throws IOException {
        java.net.ServerSocket server;
        try {
            server = new java.net.ServerSocket(port.local(), 50, java.net.InetAddress.getByName(address));
        } catch (IOException taken) {
            throw Failure.error(
                    "unable to listen on any of the requested ports: [{" + port.local() + " " + port.remote() + "}]");
        }
        session.print("Forwarding from " + address + ":" + server.getLocalPort() + " -> " + port.remote());
        session.console().out().flush();
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    var socket = server.accept();
                    session.print("Handling connection for " + server.getLocalPort());
                    Thread.ofVirtual().start(() -> carry(session, spdy, socket, port, requests.getAndIncrement()));
                } catch (IOException ended) {
                    return;
                }
            }
        });
    }

    private static void carry(Session session, SpdyConnection spdy, java.net.Socket socket, Port port, int request) {
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("port", List.of(Integer.toString(port.remote())));
        headers.put("requestid", List.of(Integer.toString(request)));
        try (socket) {
            headers.put("streamtype", List.of("error"));
            SpdyStream errors = spdy.open(headers);
            errors.output().close();
            headers.put("streamtype", List.of("data"));
            SpdyStream data = spdy.open(headers);
            Thread up = Thread.ofVirtual().start(() -> copy(socket, data));
            Thread complaints = Thread.ofVirtual().start(() -> complain(session, errors, port));
            data.input().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
            up.join();
            complaints.join();
        } catch (IOException ended) {
            // One side is gone; the next connection is another.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(java.net.Socket socket, SpdyStream data) {
        try (OutputStream out = data.output()) {
            socket.getInputStream().transferTo(out);
        } catch (IOException ended) {
            // As above.
        }
    }

    private static void complain(Session session, SpdyStream errors, Port port) {
        try {
            String text = new String(errors.input().readAllBytes(), StandardCharsets.UTF_8);
            if (!text.isEmpty())
                session.warn("an error occurred forwarding " + port.local() + " -> " + port.remote() + ": " + text);
        } catch (IOException ended) {
            // As above.
        }
    }
}
