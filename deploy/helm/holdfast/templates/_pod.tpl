{{/*
A pod of any role. Takes root (the chart's scope), component, role (its settings in values.yaml), args (of the command `holdfast`), and
for some: tag (of a version), env (a map), ports (a list), probes (a map), volumes (a map of mount paths below HOLDFAST_HOME).
*/}}
{{- define "holdfast.pod" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "holdfast.labels" . | nindent 4 }}
    {{- with .tag }}
    holdfast/version: {{ include "holdfast.slug" . }}
    {{- end }}
  annotations:
    checksum/config: {{ $values.config | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  # Nothing is drained: what takes longer is done again elsewhere, by the rules of each tool's effect.
  terminationGracePeriodSeconds: 10
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile: { type: RuntimeDefault }
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "holdfast.selector" . | nindent 10 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: holdfast
      image: "{{ $values.image.repository }}:{{ .tag | default $values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args:
        {{- toYaml .args | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      env:
        # What env below refers to, as $(POD_IP), must come before it.
        - name: POD_IP
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
        {{- $env := dict "TEMPORAL_ADDRESS" $values.temporal.address "TEMPORAL_NAMESPACE" $values.temporal.namespace "HOLDFAST_QUEUES" $values.queues }}
        {{- with $values.temporal.uiUrl }}{{ $_ := set $env "TEMPORAL_UI_URL" . }}{{ end }}
        {{- if $values.config }}{{ $_ := set $env "HOLDFAST_CONFIG" "/config/holdfast.config.ts" }}{{ end }}
        {{- range $name, $value := mergeOverwrite $env (.env | default dict) (deepCopy $values.env) (deepCopy .role.env) }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
      {{- with concat $values.secrets .role.secrets }}
      envFrom:
        {{- range . }}
        - secretRef: { name: {{ . }} }
        {{- end }}
      {{- end }}
      {{- with .ports }}
      ports:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .probes }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      resources:
        {{- toYaml .role.resources | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        # A container that is started again in its pod finds here what the one before it was in the middle of.
        - { name: run, mountPath: /var/lib/holdfast/run }
        {{- if .keeps }}
        - { name: listen, mountPath: /var/lib/holdfast/listen }
        {{- end }}
        {{- if $values.config }}
        - { name: config, mountPath: /config, readOnly: true }
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    - name: run
      emptyDir: {}
    {{- if $values.config }}
    - name: config
      configMap: { name: {{ include "holdfast.name" .root }}-config }
    {{- end }}
{{- end -}}
