/// What attackers send, and what is right: one table per topic, whose rows are sentences.
@NullMarked
package io.amphora.apiserver.security;

import org.jspecify.annotations.NullMarked;
