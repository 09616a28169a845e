import { getCurrentInstance, getCurrentScope, inject, onMounted, ssrContextKey } from 'vue';

/**
 * Runs what only a page does: not on a server; and in a page which a server has rendered, only once Vue has taken it over,
 * since until then it must look as the server left it.
 */
export function onPage(begin: () => void): void {
  if (typeof window === 'undefined' || inject(ssrContextKey, undefined)) return;
  const [instance, scope] = [getCurrentInstance(), getCurrentScope()];
  const isTakenOver = instance?.vnode.el && !instance.isMounted;
  if (!isTakenOver) begin();
  else onMounted(() => scope?.active && scope.run(begin));
}
