package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// `set image`: which images containers are made from.
final class SetImage implements Command {
    @Override
    public String name() {
        return "image";
    }

    @Override
    public String summary() {
        return "Update the image of a pod template";
    }

    @Override
    public String usage() {
        return "kubectl set image (-f FILE | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common);
    }

    @Override
    public void run(Session session) {
        var words = new ArrayList<String>();
        var images = new LinkedHashMap<String, String>();
        for (String word : session.flags().arguments()) {
            int equals = word.indexOf('=');
            if (equals > 0) images.put(word.substring(0, equals), word.substring(equals + 1));
            else words.add(word);
        }
        if (words.isEmpty() && !Manifests.named(session.flags())) throw Failure.plain(Selection.NOTHING);
        if (images.isEmpty()) throw Failure.error("at least one image update is required");
        if (images.size() > 1 && images.containsKey("*"))
            throw Failure.error(
                    "all containers are already specified by *, but saw more than one container_name=container_image"
                            + " pairs");
        PodSpecChange.each(session, words, "kubectl-set", "image updated", found -> change(found, images));
    }

    private static Found change(Found found, Map<String, String> images) {
        ObjectTree spec = PodSpecChange.spec(found);
        for (var image : images.entrySet()) {
            var seen = new boolean[] {false};
            spec = PodSpecChange.containers(spec, container -> {
                boolean meant =
                        image.getKey().equals("*") || container.text("name").equals(image.getKey());
                seen[0] |= meant;
                return meant ? container.with("image", image.getValue()) : container;
            });
            if (!seen[0]) throw Failure.error("unable to find container named \"" + image.getKey() + "\"");
        }
        return PodSpecChange.with(found, spec);
    }
}
