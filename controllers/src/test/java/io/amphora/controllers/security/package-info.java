/// What attackers send, and what is right: one table per topic.
@NullMarked
package io.amphora.controllers.security;

import org.jspecify.annotations.NullMarked;
