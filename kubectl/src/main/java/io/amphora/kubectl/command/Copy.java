package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// `cp`: files into and out of containers, by the container's own `tar`.
final class Copy implements Command {
    /// @param pod "" for a file here
    private record Place(String namespace, String pod, String path) {
        boolean isRemote() {
            return !pod.isEmpty();
        }
    }

    @Override
    public String name() {
        return "cp";
    }

    @Override
    public String summary() {
        return "Copy files and directories to and from containers";
    }

    @Override
    public String usage() {
        return "kubectl cp FILE [NAMESPACE/]POD:FILE | [NAMESPACE/]POD:FILE FILE [-c CONTAINER]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("container", 'c').bool("no-preserve").whole("retries");
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() != 2) throw Failure.error("source and destination are required");
        Place from = place(session, words.getFirst());
        Place to = place(session, words.getLast());
        if (from.isRemote() && to.isRemote())
            throw Failure.error("one of src or dest must be a local file specification");
        if (from.path().isEmpty() || to.path().isEmpty()) throw Failure.error("filepath can not be empty");
        if (from.isRemote()) fromPod(session, from, to);
        else if (to.isRemote()) toPod(session, from, to);
        else throw Failure.error("one of src or dest must be a remote file specification");
    }

    private static Place place(Session session, String text) {
        int colon = text.indexOf(':');
        if (colon == 0) throw Failure.error("filespec must match the canonical format: [[namespace/]pod:]file/path");
        if (colon < 0 || text.startsWith("/") || text.startsWith(".")) return new Place("", "", text);
        String[] pod = text.substring(0, colon).split("/", -1);
        String path = text.substring(colon + 1);
        if (pod.length == 1) return new Place(session.namespace(), pod[0], path);
        if (pod.length == 2 && !pod[0].isEmpty() && !pod[1].isEmpty()) return new Place(pod[0], pod[1], path);
        throw Failure.error("filespec must match the canonical format: [[namespace/]pod:]file/path");
    }

    private static ObjectTree pod(Session session, Place place) {
        return session.resource(session.kinds().named("pods"), place.namespace())
                .get(place.pod())
                .tree();
    }

    private static String container(Session session, ObjectTree pod) {
        String named = session.flags().text("container");
        return named.isEmpty() ? PodTargets.usual(session, pod) : named;
    }

    private static void toPod(Session session, Place from, Place to) {
        Path source = session.file(from.path());
        if (!Files.exists(source)) throw Failure.error(from.path() + " doesn't exist in local filesystem");
        ObjectTree pod = pod(session, to);
        String container = container(session, pod);
        boolean folder = to.path().endsWith("/") || isFolder(session, pod, container, to.path());
        String target = folder
                ? to.path().replaceFirst("/+$", "") + "/"
                        + source.toAbsolutePath().normalize().getFileName()
                : to.path();
        int slash = target.lastIndexOf('/');
        String parent = slash < 0 ? "." : slash == 0 ? "/" : target.substring(0, slash);
        String name = target.substring(slash + 1);
        var command = new ArrayList<>(List.of("tar"));
        if (session.flags().isSet("no-preserve")) command.addAll(List.of("--no-same-permissions", "--no-same-owner"));
        command.addAll(List.of("-xmf", "-", "-C", parent));
        try {
            var archive = new java.io.PipedInputStream(64 * 1024);
            var sink = new java.io.PipedOutputStream(archive);
            Thread.ofVirtual().start(() -> TarFiles.write(source, name, sink));
            int code = Exec.run(
                    session, pod, container, command, archive, session.console().out(), false);
            if (code != 0) throw failed(session, code);
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        }
    }

    private static Failure failed(Session session, int code) {
        session.warn("command terminated with exit code " + code);
        return Failure.silent(code);
    }

    /// What it answers does not matter: an image without `test` may still have `tar`.
    private static boolean isFolder(Session session, ObjectTree pod, String container, String path) {
        try {
            var ignored = new ByteArrayOutputStream();
            return Exec.run(session, pod, container, List.of("test", "-d", path), null, ignored, false) == 0;
        } catch (ApiException refused) {
            return false;
        }
    }

    private static void fromPod(Session session, Place from, Place to) {
        ObjectTree pod = pod(session, from);
        String container = container(session, pod);
        String path = from.path().replaceFirst("/+$", "");
        try {
            var archive = new java.io.PipedInputStream(64 * 1024);
            var sink = new java.io.PipedOutputStream(archive);
            var code = new AtomicInteger();
            Thread reading = Thread.ofVirtual().start(() -> {
                try (sink) {
                    code.set(Exec.run(session, pod, container, List.of("tar", "cf", "-", path), null, sink, false));
                } catch (IOException ended) {
                    code.compareAndSet(0, 1);
                }
            });
            Path target = session.file(to.path());
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (Files.isDirectory(target)) target = target.resolve(name);
            TarFiles.read(archive, path.replaceFirst("^/+", ""), target);
            reading.join();
            if (code.get() != 0) throw failed(session, code.get());
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
