// The objects of Kubernetes that the manifests use, with the fields that they use: a misspelt or missing field is an error.
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const portName = z.string().regex(/^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$/);
const labels = z.record(z.string(), z.string());
const texts = z.record(z.string(), z.string());
const metadata = z.strictObject({ name, labels });
const selector = z.strictObject({ matchLabels: labels });
const quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);
const quantities = z.partialRecord(z.enum(['cpu', 'memory', 'storage']), quantity);
const seconds = z.int().positive();

const probe = z
  .strictObject({
    httpGet: z.strictObject({ path: z.string().startsWith('/'), port: portName }).optional(),
    tcpSocket: z.strictObject({ port: portName }).optional(),
    periodSeconds: seconds,
    timeoutSeconds: seconds.optional(),
    failureThreshold: z.int().positive().optional(),
  })
  .refine(
    ({ httpGet, tcpSocket }) => (httpGet === undefined) !== (tcpSocket === undefined),
    'one way to ask',
  );

const container = z.strictObject({
  name,
  image: z.string().regex(/^[a-z0-9./-]+(:[\w.-]+)?$/),
  args: z.array(z.string()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })).optional(),
  ports: z.array(z.strictObject({ name: portName, containerPort: z.int() })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  resources: z.strictObject({ requests: quantities, limits: quantities }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.literal(true).optional() }),
  ),
});

const podTemplate = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    automountServiceAccountToken: z.literal(false),
    enableServiceLinks: z.boolean().optional(),
    terminationGracePeriodSeconds: seconds.optional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int().positive(),
      runAsGroup: z.int().positive(),
      fsGroup: z.int().positive().optional(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    topologySpreadConstraints: z
      .array(
        z.strictObject({
          maxSkew: z.int().positive(),
          topologyKey: z.string(),
          whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
          labelSelector: selector,
        }),
      )
      .optional(),
    containers: z.tuple([container]),
    volumes: z.array(
      z.strictObject({
        name,
        configMap: z.strictObject({ name }).optional(),
        secret: z.strictObject({ secretName: name }).optional(),
      }),
    ),
  }),
});

const secret = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata,
  type: z.literal('Opaque'),
  stringData: texts,
});
const configMap = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  data: texts,
});
const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name: portName, port: z.int(), targetPort: portName })),
  }),
});
const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    selector,
    strategy: z.strictObject({
      type: z.literal('RollingUpdate'),
      rollingUpdate: z.strictObject({ maxUnavailable: z.int(), maxSurge: z.int() }),
    }),
    template: podTemplate,
  }),
});
const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    serviceName: name,
    replicas: z.int().positive(),
    selector,
    template: podTemplate,
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata: z.strictObject({ name }),
        spec: z.strictObject({
          accessModes: z.tuple([z.literal('ReadWriteOnce')]),
          resources: z.strictObject({ requests: quantities }),
        }),
      }),
    ),
  }),
});
const autoscaler = z.strictObject({
  apiVersion: z.literal('autoscaling/v2'),
  kind: z.literal('HorizontalPodAutoscaler'),
  metadata,
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name }),
    minReplicas: z.int().positive(),
    maxReplicas: z.int().positive(),
    metrics: z.array(
      z.strictObject({
        type: z.literal('Resource'),
        resource: z.strictObject({
          name: z.literal('cpu'),
          target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: z.int().positive() }),
        }),
      }),
    ),
    behavior: z.strictObject({ scaleDown: z.strictObject({ stabilizationWindowSeconds: seconds }) }),
  }),
});
const disruptionBudget = z.strictObject({
  apiVersion: z.literal('policy/v1'),
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.strictObject({ maxUnavailable: z.int().positive(), selector }),
});
const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.tuple([z.literal('Ingress')]),
    ingress: z.array(
      z.strictObject({
        from: z.array(z.strictObject({ podSelector: selector })),
        ports: z.array(z.strictObject({ protocol: z.literal('TCP'), port: portName })),
      }),
    ),
  }),
});
const job = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    completionMode: z.literal('Indexed'),
    completions: z.int().positive(),
    parallelism: z.int().positive(),
    backoffLimitPerIndex: z.int().optional(),
    template: z.strictObject({
      spec: z.strictObject({
        restartPolicy: z.literal('Never'),
        automountServiceAccountToken: z.literal(false),
        containers: z.tuple([
          container
            .pick({ name: true, image: true, args: true, resources: true, volumeMounts: true })
            .extend({ env: z.array(z.looseObject({ name: z.string() })).optional() }),
        ]),
        volumes: z.array(
          z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: name }) }),
        ),
      }),
    }),
  }),
});

/** Any object that the manifests and pages have. */
export const KUBERNETES_OBJECT = z.discriminatedUnion('kind', [
  secret,
  configMap,
  service,
  deployment,
  statefulSet,
  autoscaler,
  disruptionBudget,
  networkPolicy,
  job,
]);

export type KubernetesObject = z.infer<typeof KUBERNETES_OBJECT>;
