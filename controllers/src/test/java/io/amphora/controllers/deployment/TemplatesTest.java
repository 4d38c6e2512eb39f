package io.amphora.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.controllers.Plans;
import org.junit.jupiter.api.Test;

class TemplatesTest {
    private static final PodTemplateSpec TEMPLATE = new PodTemplateSpec(
            Plans.yaml("{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}"));

    @Test
    void the_hash_is_no_part_of_what_is_hashed() {
        var labelled = Templates.withHash(TEMPLATE, "abc");
        assertThat(Templates.areSame(TEMPLATE, labelled)).isTrue();
        assertThat(Templates.hash(labelled, 0)).isEqualTo(Templates.hash(TEMPLATE, 0));
    }

    @Test
    void each_collision_gives_another_hash_and_always_the_same() {
        assertThat(Templates.hash(TEMPLATE, 1))
                .isNotEqualTo(Templates.hash(TEMPLATE, 0))
                .isEqualTo(Templates.hash(TEMPLATE, 1));
    }

    @Test
    void another_image_is_another_template() {
        var other = new PodTemplateSpec(
                Plans.yaml("{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: j}]}}"));
        assertThat(Templates.areSame(TEMPLATE, other)).isFalse();
        assertThat(Templates.hash(other, 0)).isNotEqualTo(Templates.hash(TEMPLATE, 0));
    }
}
