package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;

/// A PUT: the object becomes what was sent.
record Replacement(ObjectTree sent) implements Change {
    @Override
    public ObjectTree apply(Write write, ObjectTree live, Instant now) {
        String uid = sent.object("metadata").text("uid");
        String storedUid = live.object("metadata").text("uid");
        Placement.ofChange(write, sent);
        if (!uid.isEmpty() && !uid.equals(storedUid)) throw Change.otherUid(write, uid, storedUid);
        return sent;
    }

    @Override
    public boolean creates(Write write) {
        return write.isMain() && write.ruling().strategy().allowCreateOnUpdate();
    }

    @Override
    public ObjectTree whereAbsent(Write write, Instant now) {
        Placement.ofChange(write, sent);
        if (!creates(write)) throw ApiException.notFound(write.kind(), write.name());
        String uid = sent.object("metadata").text("uid");
        if (!uid.isEmpty()) throw Change.otherUid(write, uid, "");
        return sent;
    }
}
