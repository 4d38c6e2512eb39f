package io.amphora.apiserver.security;

import io.amphora.apiserver.ApiServerConfig.ServiceAccountKeys;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;

/// Keys that last as long as a test.
final class Keys {
    private Keys() {}

    static ServiceAccountKeys serviceAccounts() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            return new ServiceAccountKeys(
                    "https://kubernetes.default.svc.cluster.local", (ECPublicKey) keys.getPublic(), (ECPrivateKey)
                            keys.getPrivate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
