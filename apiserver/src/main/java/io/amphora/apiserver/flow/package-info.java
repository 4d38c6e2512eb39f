/// API priority and fairness as objects: the levels and schemas that every cluster has, and what is said of them.
@NullMarked
package io.amphora.apiserver.flow;

import org.jspecify.annotations.NullMarked;
