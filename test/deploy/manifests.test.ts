import { expect, it } from 'vitest';
import { describeWith } from '../support/programs';
import { documentsOf, endingTime, GRACE, textOf } from './deployed';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  stop_grace_period?: string;
  read_only?: boolean;
  cap_drop?: string[];
  networks?: { default: { ipv4_address: string } };
  volumes?: string[];
  command?: string[];
}

describeWith('python3-yaml', 'the compose file', () => {
  const compose = async () =>
    (await documentsOf<{ services: Record<string, Service> }>('compose/compose.yaml'))[0]?.services ?? {};
  const gateways = async () => {
    const entries = Object.entries(await compose()).filter(([name]) => name.startsWith('gateway-'));
    return Object.fromEntries(entries);
  };

  it('has two gateways that end in their own time, with few rights', async () => {
    const both = Object.values(await gateways());
    expect(both).toHaveLength(2);
    for (const { environment = {}, stop_grace_period = '', ...service } of both) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(Number.parseInt(stop_grace_period, 10) * 1_000).toBeGreaterThan(endingTime(environment) + GRACE);
    }
  });

  it('waits for what can say that it is healthy', async () => {
    const services = await compose();
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        // That of the gateways is in their image.
        expect(services[name]?.healthcheck ?? services[name]?.build).toBeDefined();
      }
    }
  });

  it('has nginx find the gateways where they are', async () => {
    const addresses = Object.values(await gateways()).map(({ networks }) => networks?.default.ipv4_address);
    const list = textOf('compose/toporia-gateways.list').replace(/^#.*\n/gm, '');
    expect(list).toBe(addresses.map((address) => `server ${address}:3000 max_fails=0;\n`).join(''));
    const { nginx } = await compose();
    for (const volume of nginx?.volumes ?? []) {
      const [from = ''] = volume.split(':');
      if (from !== './certs') expect(textOf(`compose/${from}`)).not.toBe('');
    }
  });

  it('names the major version of every image', async () => {
    for (const { image = '', build } of Object.values(await compose())) {
      if (!build) expect(image).toMatch(/:\d/);
    }
  });

  it('has Redis tell of what others append', async () => {
    const { redis } = await compose();
    expect(redis?.command?.join(' ')).toMatch(/--notify-keyspace-events \S*(?=\S*K)(?=\S*t)/);
  });
});

interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: as deep as these are, and looked at in one place only
  spec: any;
}

describeWith('python3-yaml', 'the manifest for Kubernetes', () => {
  const NAME = { 'app.kubernetes.io/name': 'toporia-gateway' };
  async function manifests(): Promise<Record<string, Manifest>> {
    const all = await documentsOf<Manifest>('kubernetes/toporia-gateway.yaml');
    return Object.fromEntries(all.map((manifest) => [manifest.kind, manifest]));
  }

  it('has what a rolling restart needs', async () => {
    const { ConfigMap, Deployment, PodDisruptionBudget } = await manifests();
    const { strategy, replicas, template, selector } = Deployment?.spec ?? {};
    const pod = template.spec;
    const [container] = pod.containers;
    expect(strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(replicas).toBeGreaterThan(PodDisruptionBudget?.spec.maxUnavailable);
    expect(container.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health', port: 'http' });
    const env = ConfigMap?.data ?? {};
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(endingTime(env) + GRACE);
    // Until then a node may still send it new clients.
    expect(Number(env.REALTIME_DRAIN_DELAY)).toBeGreaterThanOrEqual(2_000);
    for (const labels of [selector.matchLabels, template.metadata.labels]) expect(labels).toEqual(NAME);
  });

  it('gives the gateways few rights', async () => {
    const { Deployment } = await manifests();
    const { securityContext, automountServiceAccountToken, containers } =
      Deployment?.spec.template.spec ?? {};
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(containers[0].image).toMatch(/:\d/);
  });

  it('has all parts find each other', async () => {
    const {
      ConfigMap,
      Deployment,
      Service,
      PodDisruptionBudget,
      HorizontalPodAutoscaler,
      Ingress,
      ...others
    } = await manifests();
    expect(others).toEqual({});
    expect(Service?.spec).toMatchObject({ selector: NAME, sessionAffinity: 'ClientIP' });
    expect(PodDisruptionBudget?.spec.selector.matchLabels).toEqual(NAME);
    expect(HorizontalPodAutoscaler?.spec.scaleTargetRef).toMatchObject({
      kind: 'Deployment',
      name: Deployment?.metadata.name,
    });
    expect(HorizontalPodAutoscaler?.spec.minReplicas).toBe(Deployment?.spec.replicas);
    const [container] = Deployment?.spec.template.spec.containers ?? [];
    expect(container.envFrom[0].configMapRef.name).toBe(ConfigMap?.metadata.name);
    const [port] = container.ports;
    expect(port).toEqual({ name: 'http', containerPort: 3000 });
    expect(Service?.spec.ports[0].targetPort).toBe(port.name);
    const { backend } = Ingress?.spec.rules[0].http.paths[0] ?? {};
    expect(backend.service).toEqual({
      name: Service?.metadata.name,
      port: { name: Service?.spec.ports[0].name },
    });
  });
});
